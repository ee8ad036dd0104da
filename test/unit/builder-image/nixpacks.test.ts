import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unknownKeys } from '#builder/builders/nixpacks/config.ts';
import { nixpacks } from '#builder/builders/nixpacks/index.ts';
import { tellApart } from '#builder/builders/nixpacks/variables.ts';
import { folderWith } from './support/folder.ts';
import { inputOf, realTools } from './support/plan-input.ts';

const NODE = {
  'package.json': JSON.stringify({ name: 'x', scripts: { start: 'node server.js' } }),
  'server.js': '',
};
const dockerfileOf = (plan: Awaited<ReturnType<typeof nixpacks.plan>>) => plan.dockerfile.text;

describe('nixpacks configuration', () => {
  it.each(['nixpacks.toml', '.nixpacks/nixpacks.toml'])(
    'honours %s and warns of unknown keys',
    async (file) => {
      const toml =
        'colour = 1\n[phases.build]\ncmds = ["make it"]\nretries = 2\n[start]\ncmd = "run it"\nport = 1\n';
      const plan = await nixpacks.plan(await inputOf(await folderWith({ ...NODE, [file]: toml })));
      expect(dockerfileOf(plan)).toContain('make it');
      expect(plan.start).toBe('run it');
      expect(plan.warnings).toEqual([
        `${file}: colour is unknown and ignored.`,
        `${file}: phases.build.retries is unknown and ignored.`,
        `${file}: start.port is unknown and ignored.`,
      ]);
    },
  );

  it.each(['nixpacks.json', '.nixpacks/nixpacks.json'])('honours %s', async (file) => {
    const json = JSON.stringify({ phases: { install: { cmds: ['fetch it'] } } });
    const plan = await nixpacks.plan(await inputOf(await folderWith({ ...NODE, [file]: json })));
    expect(dockerfileOf(plan)).toContain('fetch it');
    expect(plan.warnings).toEqual([]);
  });

  it('knows the aliases of keys, and says which of two files counts', async () => {
    const top = {
      providers: [],
      buildImage: '',
      variables: {},
      staticAssets: {},
      start: { cmd: '', runImage: '', user: '' },
    };
    expect(unknownKeys(top)).toEqual([]);
    expect(unknownKeys({ phases: { a: { commands: [], nixPackages: [], envPaths: [] } } })).toEqual([]);
    const files = { ...NODE, 'nixpacks.toml': '', 'nixpacks.json': '{}' };
    const plan = await nixpacks.plan(await inputOf(await folderWith(files)));
    expect(plan.warnings).toEqual(['nixpacks.json is not used: nixpacks.toml comes first.']);
  });

  it.each([
    ['nixpacks.toml', 'bad ['],
    ['nixpacks.json', '{'],
    ['nixpacks.toml', 'phases = 3'],
  ])('fails with the cause for a wrong %s (%s)', async (file, text) => {
    const input = await inputOf(await folderWith({ ...NODE, [file]: text }));
    await expect(nixpacks.plan(input)).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining(file),
    });
  });

  it('overrides install, build and start', async () => {
    const settings = { nixpacks: { install: 'get', build: '--make', start: 'go --now' } };
    const plan = await nixpacks.plan(await inputOf(await folderWith(NODE), { settings }));
    expect(dockerfileOf(plan)).toMatch(/\bget\n/);
    expect(dockerfileOf(plan)).toMatch(/ --make\n/);
    expect(plan.start).toBe('go --now');
  });

  it('fails with advice where there is no start command', async () => {
    const input = await inputOf(await folderWith({ 'package.json': '{"name":"x"}' }));
    await expect(nixpacks.plan(input)).rejects.toMatchObject({
      message: expect.stringContaining('no start command'),
    });
  });

  it('merges the overlay of the provider and leaves every other phase', async () => {
    const asked: (readonly string[])[] = [];
    const overlay = (providers: readonly string[]) => {
      asked.push(providers);
      return { phases: { setup: { nixPkgs: [], nixOverlays: [], aptPkgs: ['nodejs'] } } };
    };
    const plan = await nixpacks.plan(await inputOf(await folderWith(NODE), { tools: realTools(overlay) }));
    expect(asked).toEqual([['node']]);
    expect(dockerfileOf(plan)).toContain('apt-get install -y --no-install-recommends nodejs');
    expect(dockerfileOf(plan)).not.toContain('nix-env');
    expect(dockerfileOf(plan)).toContain('npm i');
  });

  it('refuses a link that leaves the checkout', async () => {
    const folder = await folderWith({ 'server.js': '' });
    await symlink('/etc/hostname', join(folder, 'package.json'));
    await expect(nixpacks.plan(await inputOf(folder))).rejects.toMatchObject({ code: 'path_refused' });
  });
});

describe('nixpacks variables', () => {
  it('keeps what the app needs, and gives the rest to the build only', () => {
    const names = [
      'CI',
      'NODE_ENV',
      'NPM_CONFIG_PRODUCTION',
      'PIP_NO_CACHE_DIR',
      'MY_VAR',
      'NIXPACKS_METADATA',
      'NIXPACKS_PHP_ROOT_DIR',
    ];
    expect(tellApart(names, [], [])).toEqual({
      runtime: ['MY_VAR', 'NIXPACKS_PHP_ROOT_DIR', 'NODE_ENV'],
      build: ['CI', 'NIXPACKS_METADATA', 'NPM_CONFIG_PRODUCTION', 'PIP_NO_CACHE_DIR'],
    });
  });

  it('gives build arguments to the plan and its commands, and not to the image', async () => {
    const toml = '[variables]\nGREETING = "hi"\n';
    const folder = await folderWith({ ...NODE, 'nixpacks.toml': toml });
    const buildArgs = { NIXPACKS_NODE_VERSION: '20', MODE: 'a,b="c"\nd', EMPTY: '', GREETING: 'at build' };
    const plan = await nixpacks.plan(await inputOf(folder, { buildArgs }));
    expect(plan.buildArgs).toMatchObject({ ...buildArgs, BITFLOW_ENV_GREETING: 'hi' });
    expect(plan.variables.build).toEqual(expect.arrayContaining(Object.keys(buildArgs)));
    // The image has what it would have without them.
    expect(plan.variables.runtime).toEqual(['GREETING', 'NODE_ENV']);
    const lines = dockerfileOf(plan).split('\n');
    expect(lines.find((line) => line.startsWith('ARG '))?.split(' ')).toEqual(
      expect.arrayContaining(Object.keys(buildArgs)),
    );
    expect(lines.filter((line) => line.startsWith('ENV ')).join('\n')).not.toMatch(/\b(?:MODE|EMPTY)\b/);
    expect(lines.slice(-3)).toEqual(['ARG BITFLOW_ENV_GREETING', 'ENV GREETING=$BITFLOW_ENV_GREETING', '']);
    expect(JSON.stringify(plan.assets)).toContain('nodejs_20');
  });

  it('declares build arguments also where nixpacks knows no variable', async () => {
    const toml = 'providers = []\n[phases.build]\ncmds = ["make"]\n[start]\ncmd = "run"\n';
    const input = await inputOf(await folderWith({ 'nixpacks.toml': toml }), { buildArgs: { EMPTY: '' } });
    expect(dockerfileOf(await nixpacks.plan(input))).toMatch(/^ARG EMPTY\n# .* phase$/m);
  });

  it('reads no configuration that a build argument names', async () => {
    const buildArgs = { NIXPACKS_CONFIG_FILE: '../../etc/passwd' };
    const input = await inputOf(await folderWith(NODE), { buildArgs });
    await expect(nixpacks.plan(input)).rejects.toMatchObject({ code: 'config_invalid' });
  });

  it('lets a secret replace a variable of its name, everywhere', async () => {
    const folder = await folderWith({
      ...NODE,
      'nixpacks.toml': '[variables]\nNPM_TOKEN = "committed"\nGREETING = "hi"\n',
    });
    const plan = await nixpacks.plan(await inputOf(folder, { secretNames: ['NPM_TOKEN'] }));
    expect(plan.buildArgs).not.toHaveProperty('NPM_TOKEN');
    expect(plan.variables.runtime).toEqual(['GREETING', 'NODE_ENV']);
    expect(plan.warnings).toEqual(['The variable NPM_TOKEN is replaced by the build secret of that name.']);
    expect(
      dockerfileOf(plan)
        .split('\n')
        .filter((line) => /^(?:ARG|ENV)/.test(line))
        .join(),
    ).not.toContain('NPM_TOKEN');
    expect(dockerfileOf(plan)).toContain('RUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN,required=true');
  });
});
