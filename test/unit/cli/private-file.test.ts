import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '#test/support/cli/in-process.ts';
import { folderWith } from '#test/unit/builder-image/support/folder.ts';

describe('files that the system does not let us use', () => {
  it.each([
    ['a folder is in its place', ['config', 'list'], 'cannot be read'],
    ['a folder is in its place', ['whoami', '--url', 'http://127.0.0.1:1'], 'cannot be read'],
    ['their folder is a file', ['config', 'set', 'url', 'http://127.0.0.1:1'], 'cannot be'],
  ])('%s: %j says so, and what to do', async (why, argv, what) => {
    const home = await folderWith({});
    if (why === 'their folder is a file') await writeFile(join(home, 'bitflow'), '');
    else
      for (const file of ['config.json', 'credentials.json'])
        if (file === 'config.json' ? argv[0] === 'config' : argv[0] !== 'config')
          await mkdir(join(home, 'bitflow', file), { recursive: true });
    const { code, stderr } = await runCli(argv, { env: { XDG_CONFIG_HOME: home } });
    expect(code).toBe(1);
    expect(stderr).toContain(what);
    expect(stderr).not.toContain('fault of bitflow');
  });
});
