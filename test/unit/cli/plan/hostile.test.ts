import { execFileSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith } from '#test/unit/builder-image/support/folder.ts';
import { Repositories } from '#test/unit/builder-image/support/repository.ts';
import { planJson, runPlan } from './support.ts';

/** A configuration that runs a command as soon as git looks at a file. */
const runs = (command: string) =>
  `[core]\nrepositoryformatversion = 0\nbare = false\nworktree = .\nfsmonitor = "${command};false"\n[filter "x"]\nclean = "${command}; cat"\nsmudge = "${command}; cat"\n[remote "origin"]\nurl = https://github.com/evil/evil.git\n`;

/** A repository with a committed folder that looks like a bare one: any clone has it. */
async function withEmbedded(command: string) {
  const repositories = await Repositories.make();
  await repositories.commit('shop', {
    'sub/HEAD': 'ref: refs/heads/main\n',
    'sub/config': runs(command),
    'sub/objects/.keep': '',
    'sub/refs/.keep': '',
    'sub/.gitattributes': '* filter=x\n',
    'sub/Dockerfile': 'FROM scratch\n',
  });
  return join(repositories.folder, 'shop');
}

describe('a repository within a clone', () => {
  it('has its configuration run nothing', async () => {
    const traces = await folderWith({});
    const folder = await withEmbedded(`touch ${traces}/ran`);
    const said = await runPlan(join(folder, 'sub'));
    expect(await readdir(traces)).toEqual([]);
    expect(said).toMatchObject({ code: 1, stdout: '' });
    expect(said.stderr).toContain('cannot use bare repository');
    expect((await planJson(folder, ['--root-directory', 'sub'])).view.repository).toBe('local/shop');
    expect(await readdir(traces)).toEqual([]);
  });
});

describe('what git starts for a plan', () => {
  it('knows no token', async () => {
    const traces = await folderWith({});
    const repositories = await Repositories.make();
    await repositories.commit('shop', { Dockerfile: 'FROM scratch\n', '.gitattributes': '* filter=x\n' });
    repositories.git('shop', 'config', 'filter.x.smudge', `env >> ${traces}/env; cat`);
    await planJson(join(repositories.folder, 'shop'), [], { env: { BITFLOW_TOKEN: 'bft_0123456789abcdef' } });
    const seen = execFileSync('cat', [join(traces, 'env')], { encoding: 'utf8' });
    expect(seen).toContain('GIT_INDEX_FILE=');
    expect(seen).not.toContain('bft_');
  });
});
