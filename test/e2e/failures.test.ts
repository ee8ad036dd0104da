import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { StackClient } from '#local/client.ts';
import { ended, testRepository } from '#test/support/stack.ts';

const info = inject('stack');
const client = new StackClient(info);

/** A Node app that nixpacks knows; its files can be overwritten. */
const NODE_APP = {
  'package.json': JSON.stringify({ name: 'app', version: '1.0.0', scripts: { start: 'node index.js' } }),
  'index.js': 'console.log("hello")',
};

describe('a build that fails says why, in its user’s terms', () => {
  test('no builder recognises the app', async () => {
    const { build, log } = await (await testRepository(info, { files: { 'notes.txt': 'hello' } })).build();
    expect(build, log).toMatchObject({ status: 'failed', image: null, error: { code: 'no_builder' } });
  });

  test('a failing install; the log holds the tool’s own lines', async () => {
    const dependencies = { 'a-package-that-nobody-ever-published-bitflow': '1.0.0' };
    const files = {
      ...NODE_APP,
      'package.json': JSON.stringify({
        name: 'app',
        version: '1.0.0',
        dependencies,
        scripts: { start: 'node .' },
      }),
    };
    const { build, log } = await (await testRepository(info, { files })).build();
    expect(build, log).toMatchObject({ status: 'failed', error: { code: 'install_failed' } });
    expect(log).toContain('a-package-that-nobody-ever-published-bitflow');
  });

  test('a failing build command', async () => {
    const scripts = { build: 'echo about-to-fail && exit 3', start: 'node .' };
    const files = { ...NODE_APP, 'package.json': JSON.stringify({ name: 'app', version: '1.0.0', scripts }) };
    const { build, log } = await (await testRepository(info, { files })).build();
    expect(build, log).toMatchObject({ status: 'failed', error: { code: 'build_failed' } });
    expect(log).toContain('about-to-fail');
  });

  test('a Dockerfile with a syntax error', async () => {
    const files = { Dockerfile: 'FROM debian:bookworm-slim\nRUNN echo hello\n' };
    const { build, log } = await (await testRepository(info, { files })).build();
    expect(build, log).toMatchObject({ status: 'failed', error: { code: 'dockerfile_invalid' } });
    expect(build.error?.message).toContain('RUNN');
  });

  test('a base image that is not to be had', async () => {
    const files = { Dockerfile: 'FROM debian:a-tag-that-nobody-has\n' };
    const { build, log } = await (await testRepository(info, { files })).build();
    expect(build, log).toMatchObject({ status: 'failed', error: { code: 'base_image_unavailable' } });
  });

  test('a commit that is gone', async () => {
    const repository = await testRepository(info, { files: NODE_APP });
    await repository.push({ branch: 'other' });
    const gone = 'deadbeef'.repeat(5);
    const created = await client.create({ repository_id: repository.fullName, commit_sha: gone });
    const { build, log } = await ended(client, created.id);
    expect(build, log).toMatchObject({ status: 'failed', error: { code: 'commit_not_found' } });
    expect(build.error?.message).toContain(gone.slice(0, 7));
  });

  test('a Dockerfile that is a link out of the checkout', async () => {
    const repository = await testRepository(info, { files: { 'README.md': 'hello' } });
    await symlink('/etc/passwd', join(repository.copy.dir, 'Dockerfile'));
    const { build, log } = await repository.build();
    expect(build, log).toMatchObject({ status: 'failed', error: { code: 'path_refused' } });
    expect(log).not.toContain('root:');
  });

  test('a root directory that is a link out of the checkout', async () => {
    const repository = await testRepository(info, { files: NODE_APP, connect: { root_directory: 'app' } });
    await symlink('/etc', join(repository.copy.dir, 'app'));
    const { build, log } = await repository.build();
    expect(build, log).toMatchObject({ status: 'failed', error: { code: 'path_refused' } });
  });

  test('a submodule on this machine', async () => {
    const modules = '[submodule "x"]\n\tpath = x\n\turl = file:///etc\n';
    const repository = await testRepository(info, { files: { ...NODE_APP, '.gitmodules': modules } });
    const { copy, fullName } = repository;
    const before = await copy.commitAndPush('without the link');
    await copy.git('update-index', '--add', '--cacheinfo', `160000,${before},x`);
    await copy.git('commit', '--quiet', '--message', 'with the link');
    await copy.git('push', '--quiet', 'origin', 'HEAD:refs/heads/main');
    const after = await copy.git('rev-parse', 'HEAD');
    const { build_ids } = await client.push({ fullName, ref: 'refs/heads/main', before, after });
    const { build, log } = await ended(client, build_ids[0] ?? '');
    expect(build, log).toMatchObject({ status: 'failed', error: { code: 'submodule_failed' } });
    expect(build.error?.message).toContain('x');
  });
});
