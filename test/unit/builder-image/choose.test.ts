import { describe, expect, it } from 'vitest';
import { BUILDERS } from '#builder/builders/index.ts';
import { choose } from '#builder/choose.ts';
import { folderWith } from './support/folder.ts';
import { inputOf } from './support/plan-input.ts';

const GO = { 'go.mod': 'module x\n\ngo 1.19\n', 'main.go': 'package main\nfunc main() {}\n' };

describe('choosing a builder', () => {
  it('asks for an own Dockerfile first', async () => {
    expect(BUILDERS.map((builder) => builder.type)).toEqual(['dockerfile', 'nixpacks']);
    const { builder, reason } = await choose(
      'auto',
      await inputOf(await folderWith({ ...GO, Dockerfile: 'FROM x\n' })),
    );
    expect([builder.type, reason]).toEqual(['dockerfile', 'there is a Dockerfile']);
  });

  it('takes nixpacks where it recognises a language', async () => {
    const { builder, reason, rejected } = await choose('auto', await inputOf(await folderWith(GO)));
    expect([builder.type, reason]).toEqual(['nixpacks', 'nixpacks recognises go']);
    expect(rejected).toEqual([{ builder: 'dockerfile', reason: 'there is no Dockerfile' }]);
  });

  it('takes nixpacks where there is only its configuration', async () => {
    const folder = await folderWith({ '.nixpacks/nixpacks.toml': '[start]\ncmd = "true"\n' });
    const { reason } = await choose('auto', await inputOf(folder));
    expect(reason).toBe('there is a .nixpacks/nixpacks.toml');
  });

  it('does as it is told: by the build first, then by the repository', async () => {
    const folder = await folderWith({ ...GO, Dockerfile: 'FROM x\n' });
    const asked = await inputOf(folder, { settings: { builder: 'nixpacks' } });
    expect((await choose('auto', asked)).reason).toBe('bitflow.toml asks for it');
    expect((await choose('dockerfile', asked)).builder.type).toBe('dockerfile');
    expect(await choose('auto', asked, 'api.Dockerfile')).toMatchObject({
      builder: { type: 'dockerfile' },
      reason: 'the build asks for api.Dockerfile',
    });
  });

  it('says what it looked for when nothing fits', async () => {
    const input = await inputOf(await folderWith({ 'notes.txt': 'nothing to build' }));
    await expect(choose('auto', input)).rejects.toMatchObject({
      code: 'no_builder',
      fault: 'user',
      message: expect.stringContaining(
        'dockerfile: there is no Dockerfile; nixpacks: nixpacks recognises no language',
      ),
    });
  });
});
