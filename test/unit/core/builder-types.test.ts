import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BUILDERS } from '#builder/builders/index.ts';
import { BuilderSettings } from '#core/bitflow-toml.ts';
import { BuilderType } from '#core/build.ts';
import { BuildConfig, NixpacksVersion } from '#core/build-config.ts';
import { BUILDER_TYPES } from '#core/builder-types.ts';

const textOf = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');

describe('the list of builders', () => {
  it('has every builder that can be asked for, in the order in which auto asks them', () => {
    expect(BUILDER_TYPES.map(({ name }) => name).sort()).toEqual([...BuilderType.options].sort());
    expect(BUILDER_TYPES.map(({ name }) => name)).toEqual(['auto', ...BUILDERS.map(({ type }) => type)]);
  });

  it('names the nixpacks that is in the builder image', async () => {
    const versions = z
      .object({ nixpacks: z.object({ pinned: z.string() }) })
      .parse(JSON.parse(await textOf('local/setup/versions.json')));
    const { pinned } = versions.nixpacks;
    expect(NixpacksVersion.options).toEqual([pinned]);
    expect(await textOf('builder-image/Dockerfile')).toContain(`ARG NIXPACKS=${pinned} `);
    expect(BUILDER_TYPES.flatMap(({ version, versions: all }) => (version ? [[version, all]] : []))).toEqual([
      [pinned, [pinned]],
    ]);
  });

  it('has every key of bitflow.toml that builders read as an option, and no other but fields of build_config', () => {
    const { builder: _, ...sections } = BuilderSettings.shape;
    const keys = Object.entries(sections).flatMap(([section, { unwrap }]) =>
      Object.keys(unwrap().shape).map((key) => `${section}.${key}`),
    );
    const names = BUILDER_TYPES.flatMap(({ options }) => options.map(({ name }) => name));
    const ofBuild = new Set(Object.keys(BuildConfig.shape));
    expect(names.filter((name) => !ofBuild.has(name)).sort()).toEqual(['builder', ...keys].sort());
  });
});
