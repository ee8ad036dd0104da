import { execFileSync } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dockerfile } from '#builder/builders/dockerfile/index.ts';
import { readSettings } from '#builder/settings.ts';
import { CheckoutView } from '#builder/view.ts';
import { folderWith } from './support/folder.ts';
import { inputOf } from './support/plan-input.ts';

describe('the view of a checkout', () => {
  it('reads files and links inside', async () => {
    const folder = await folderWith({ 'services/api/a.txt': 'a', 'b.txt': 'b' });
    await symlink('../../b.txt', join(folder, 'services/api/link.txt'));
    const view = await CheckoutView.open(folder, 'services/api');
    expect(await view.read('link.txt')).toBe('b');
    expect(await view.list()).toEqual(['a.txt', 'link.txt']);
    expect(await view.read('missing')).toBeNull();
  });

  it('waits at no pipe, and takes no folder for a file', async () => {
    const folder = await folderWith({ 'folder/a.txt': '' });
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const view = await CheckoutView.open(folder, '.');
    for (const path of ['pipe', 'folder'])
      await expect(view.read(path)).rejects.toMatchObject({ code: 'config_invalid' });
  });

  it.each(['../x', '/etc/passwd', '-f', 'a/../../x', '.git/config'])('refuses the path %s', async (path) => {
    const view = await CheckoutView.open(await folderWith({ 'a/b': '' }), '.');
    await expect(view.read(path)).rejects.toMatchObject({ code: 'path_refused' });
  });

  it('refuses links that leave the checkout: the root directory, a file, a folder on the way', async () => {
    const folder = await folderWith({ 'a/b': '' });
    await symlink('/etc', join(folder, 'out'));
    await symlink('loop', join(folder, 'loop'));
    const refused = { code: 'path_refused' };
    await expect(CheckoutView.open(folder, 'out')).rejects.toMatchObject(refused);
    await expect(CheckoutView.open(folder, 'missing')).rejects.toMatchObject(refused);
    const view = await CheckoutView.open(folder, '.');
    await expect(view.read('out/hostname')).rejects.toMatchObject(refused);
    await expect(view.read('loop')).rejects.toMatchObject(refused);
  });

  it.each(['Dockerfile', '.dockerignore', 'bitflow.toml'])(
    'refuses a %s that is a link to outside',
    async (name) => {
      const folder = await folderWith({ ...(name === 'Dockerfile' ? {} : { Dockerfile: 'FROM x\n' }) });
      await symlink('/etc/hostname', join(folder, name));
      const input = await inputOf(folder);
      const run = async () => {
        await readSettings(input.view);
        return dockerfile.plan(input);
      };
      await expect(run()).rejects.toMatchObject({ code: 'path_refused' });
    },
  );
});

describe('bitflow.toml', () => {
  const read = async (text: string) =>
    readSettings(await CheckoutView.open(await folderWith({ 'bitflow.toml': text }), '.'));

  it('sets path, target and arguments of a Dockerfile', async () => {
    const settings = await read(
      '[dockerfile]\npath = "deploy/Dockerfile"\ntarget = "prod"\n[dockerfile.args]\nA = "1"\n',
    );
    expect(settings.dockerfile).toEqual({ path: 'deploy/Dockerfile', target: 'prod', args: { A: '1' } });
  });

  it.each([
    ['bad [', 'bitflow.toml cannot be read (line 1)'],
    ['colour = 1', 'colour'],
    ['[dockerfile]\npath = "../Dockerfile"', 'dockerfile.path: must be a relative path'],
    ['[dockerfile]\ntarget = "--x"', 'dockerfile.target: must be the name of a stage'],
    ['[dockerfile.args]\nBUILDKIT_SYNTAX = "x"', 'dockerfile.args'],
    ['[nixpacks]\nbuild = "a\\nUSER root"', 'nixpacks.build: must be one line'],
  ])('that is wrong fails with every problem named: %j', async (text, part) => {
    await expect(read(text)).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining(part),
    });
  });

  it('warns of a Dockerfile that takes a secret as an argument', async () => {
    const folder = await folderWith({ Dockerfile: 'FROM x\nARG A=1 NPM_TOKEN\nENV NPM_TOKENS=1\n' });
    const plan = await dockerfile.plan(await inputOf(folder, { secretNames: ['NPM_TOKEN', 'TOKENS'] }));
    expect(plan.warnings).toEqual([expect.stringContaining('The secret NPM_TOKEN is not given as ARG')]);
  });
});
