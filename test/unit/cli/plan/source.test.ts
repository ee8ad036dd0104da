import { mkdir, readdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { folderWith } from '#test/unit/builder-image/support/folder.ts';
import { Repositories } from '#test/unit/builder-image/support/repository.ts';
import { planJson, runPlan } from './support.ts';

const NODE = { 'package.json': '{"scripts":{"start":"node x.js"}}' };
const DOCKERFILE = { Dockerfile: 'FROM committed\n' };

async function repositoryWith(files: Record<string, string>) {
  const repositories = await Repositories.make();
  const commit = await repositories.commit('shop', files);
  return { repositories, commit, folder: join(repositories.folder, 'shop') };
}
const textOf = async (folder: string, ...args: string[]) =>
  (await planJson(folder, args)).view.plan?.dockerfile.text;

describe('the files that are planned', () => {
  it('are those of the commit, where nothing is changed', async () => {
    const { folder, commit } = await repositoryWith(DOCKERFILE);
    const { view, code } = await planJson(folder);
    expect(code).toBe(0);
    expect(view).toMatchObject({ commit_sha: commit, ref: 'refs/heads/main', uncommitted_changes: false });
    expect(view.plan?.dockerfile.text).toBe(DOCKERFILE.Dockerfile);
  });

  it('are those that could be committed: changed, staged, new and removed ones', async () => {
    const { folder, repositories, commit } = await repositoryWith({ ...DOCKERFILE, ...NODE });
    await writeFile(join(folder, 'Dockerfile'), 'FROM changed\n');
    expect(await textOf(folder)).toBe('FROM changed\n');
    repositories.git('shop', 'add', 'Dockerfile');
    await writeFile(join(folder, 'Dockerfile'), 'FROM changed-again\n');
    expect(await textOf(folder)).toBe('FROM changed-again\n');
    await writeFile(join(folder, 'bitflow.toml'), '[dockerfile]\npath = "new/Dockerfile"\n');
    await mkdir(join(folder, 'new'));
    await writeFile(join(folder, 'new/Dockerfile'), 'FROM untracked\n');
    const { view } = await planJson(folder);
    expect(view).toMatchObject({ commit_sha: commit, uncommitted_changes: true });
    expect(view.plan?.dockerfile.text).toBe('FROM untracked\n');
    expect(await textOf(folder, '--commit', 'HEAD')).toBe(DOCKERFILE.Dockerfile);
    await rm(join(folder, 'bitflow.toml'));
    await rm(join(folder, 'Dockerfile'));
    const { view: removed } = await planJson(folder);
    expect(removed.plan?.rejected).toEqual([{ builder: 'dockerfile', reason: 'there is no Dockerfile' }]);
  });

  it('are not those that git ignores, nor what a hook’s git has in mind', async () => {
    const { folder } = await repositoryWith({
      '.gitignore': 'Dockerfile\n',
      ...NODE,
    });
    await writeFile(join(folder, 'Dockerfile'), 'FROM ignored\n');
    const env = { GIT_DIR: '/nonexistent', GIT_INDEX_FILE: '/nonexistent/index' };
    const { view } = await planJson(folder, [], { env });
    expect(view.plan?.rejected).toEqual([{ builder: 'dockerfile', reason: 'there is no Dockerfile' }]);
  });

  it('leave the repository as it is, and nothing behind', async () => {
    const { folder, repositories } = await repositoryWith(DOCKERFILE);
    await writeFile(join(folder, 'new.txt'), 'x');
    const state = () => [
      repositories.git('shop', 'status', '--porcelain'),
      repositories.git('shop', 'count-objects'),
    ];
    const before = state();
    const temporary = await folderWith({});
    vi.stubEnv('TMPDIR', temporary);
    onTestFinished(() => void vi.unstubAllEnvs());
    await planJson(folder);
    expect(state()).toEqual(before);
    expect(await readdir(temporary)).toEqual([]);
  });

  it('are refused where they are more than source can be', async () => {
    const { folder } = await repositoryWith({ ...DOCKERFILE, '.gitignore': '*.iso\n' });
    await writeFile(join(folder, 'disk.iso'), '');
    await truncate(join(folder, 'disk.iso'), 3 * 2 ** 30);
    expect(await runPlan(folder)).toMatchObject({ code: 0 });
    await rename(join(folder, 'disk.iso'), join(folder, 'disk.img'));
    const said = await runPlan(folder);
    expect(said).toMatchObject({ code: 1, stdout: '' });
    expect(said.stderr).toContain('3072 MiB of files that git does not ignore');
  });

  it('are written as the service’s git writes them', async () => {
    const { folder, repositories } = await repositoryWith({
      ...DOCKERFILE,
      '.gitattributes': 'w.txt text eol=crlf\n',
      'bitflow.toml': '[dockerfile]\npath = "w.txt"\n',
      'w.txt': 'FROM w\n',
    });
    repositories.git('shop', 'config', 'core.autocrlf', 'true');
    expect(await textOf(folder)).toBe('FROM w\r\n');
    await rm(join(folder, 'bitflow.toml'));
    expect(await textOf(folder)).toBe('FROM committed\n');
  });

  it('are of the folder that is named, within its repository', async () => {
    const { folder } = await repositoryWith({ 'web/app/Dockerfile': 'FROM web\n', Dockerfile: 'FROM top\n' });
    const inner = await planJson(folder, ['web/app']);
    expect(inner.view).toMatchObject({
      root_directory: 'web/app',
      plan: { dockerfile: { text: 'FROM web\n' } },
    });
    expect((await planJson(join(folder, 'web'), ['--root-directory', './app/'])).view).toEqual(inner.view);
    expect((await planJson(folder, ['--root-directory', 'nothing'])).view.error?.code).toBe('path_refused');
  });

  it('never leave the checkout', async () => {
    const outside = await folderWith(DOCKERFILE);
    const { folder } = await repositoryWith({ 'a.txt': '' });
    await symlink(join(outside, 'Dockerfile'), join(folder, 'Dockerfile'));
    expect((await planJson(folder)).view.error).toMatchObject({ code: 'path_refused' });
  });

  it('are with submodules that are here, and a warning of those that are not', async () => {
    const { repositories, folder } = await repositoryWith({ 'a.txt': '' });
    const commit = await repositories.commit('lib', { Dockerfile: 'FROM lib\n' });
    const modules = ['lib', 'gone'].map(
      (name) => `[submodule "${name}"]\npath = ${name}\nurl = ../${name}\n`,
    );
    await writeFile(join(folder, '.gitmodules'), modules.join(''));
    repositories.git('shop', '-c', 'protocol.file.allow=always', 'clone', '--quiet', '../lib', 'lib');
    await writeFile(join(folder, 'lib/Dockerfile'), 'FROM uncommitted\n');
    repositories.git('shop', 'add', '--all');
    repositories.gitlink('shop', 'gone', commit);
    repositories.save('shop');
    const { view, stderr } = await planJson(folder, ['--commit', 'HEAD', '--root-directory', 'lib']);
    expect(view.plan?.dockerfile.text).toBe('FROM lib\n');
    expect(stderr).toMatch(/^warning: the submodule gone is not here/);
  });

  it('are of a repository without a commit, too', async () => {
    const { repositories } = await repositoryWith({});
    const folder = join(repositories.folder, 'fresh');
    await mkdir(folder);
    repositories.git('fresh', 'init', '--quiet');
    await writeFile(join(folder, 'Dockerfile'), 'FROM fresh\n');
    const { view } = await planJson(folder);
    expect(view).toMatchObject({ commit_sha: null, uncommitted_changes: true, repository: 'local/fresh' });
    expect(view.plan?.dockerfile.text).toBe('FROM fresh\n');
  });

  it('are those of the folder as it is, outside of a repository', async () => {
    const folder = await folderWith({ 'my app!/Dockerfile': 'FROM plain\n' });
    const { view } = await planJson(folder, ['my app!']);
    expect(view).toMatchObject({ repository: 'local/my-app', commit_sha: null, root_directory: '.' });
    expect(view.plan?.dockerfile.text).toBe('FROM plain\n');
    expect(await runPlan(folder, ['--commit', 'HEAD'])).toMatchObject({ code: 2 });
  });

  it.each([
    ['a folder that is not there', ['nothing'], 4, 'there is no folder'],
    ['a file', ['Dockerfile'], 4, 'is no folder'],
    ['a commit that is not there', ['--commit', 'v9'], 4, 'there is no commit "v9"'],
    ['an option for a commit', ['--commit=--all'], 4, 'there is no commit'],
  ])('are not %s', async (_, args, code, words) => {
    const { folder } = await repositoryWith(DOCKERFILE);
    const said = await runPlan(folder, args);
    expect(said).toMatchObject({ code, stdout: '' });
    expect(said.stderr).toContain(words);
  });
});

describe('the name of the repository', () => {
  it('is that of the remote, or the one that is given', async () => {
    const { folder, repositories } = await repositoryWith(DOCKERFILE);
    expect((await planJson(folder)).view.repository).toBe('local/shop');
    repositories.git('shop', 'remote', 'add', 'origin', 'git@github.com:acme/shop.git');
    expect((await planJson(folder)).view.repository).toBe('acme/shop');
    expect((await planJson(folder, ['-R', 'acme/other'])).view.repository).toBe('acme/other');
    expect(await runPlan(folder, ['-R', 'r-0123456789ab'])).toMatchObject({ code: 2 });
  });
});
