import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeProgram } from '#cli/program.ts';
import { BuilderType } from '#core/build.ts';
import { folderWith } from '#test/unit/builder-image/support/folder.ts';
import { planJson, runPlan } from './support.ts';

const NODE = {
  'package.json': JSON.stringify({ name: 'x', scripts: { build: 'node b.js', start: 'node server.js' } }),
};
const DOCKERFILE = { Dockerfile: 'FROM x AS first\nRUN y\n' };

/** A nixpacks that says its version, recognises Node in everything, and can do no more. */
async function otherNixpacks(version: string): Promise<string> {
  const file = join(await folderWith({}), 'nixpacks');
  await writeFile(
    file,
    `#!/bin/sh\ncase "$1" in --version) echo "nixpacks ${version}" ;; detect) echo node ;; *) exit 1 ;; esac\n`,
  );
  await chmod(file, 0o755);
  return file;
}

describe('bitflow plan', () => {
  it('says first what builds, and why', async () => {
    const { code, stdout, stderr } = await runPlan(await folderWith(NODE), ['--secret', 'API_KEY']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')[0]).toBe('nixpacks: nixpacks recognises node');
    for (const words of [
      /not dockerfile +there is no Dockerfile/,
      /start +npm run start/,
      /secrets +API_KEY/,
    ])
      expect(stdout).toMatch(words);
    expect(stdout).toMatch(/build +npm run build/);
  });

  it('takes what a build is asked for', async () => {
    const args = [
      '--env',
      'A=1=2',
      '--env',
      'A=3',
      '--build-arg',
      'B=',
      '--secret',
      'S',
      '--builder',
      'nixpacks',
    ];
    const { view } = await planJson(await folderWith({ ...NODE, ...DOCKERFILE }), args);
    expect(view.plan).toMatchObject({ builder: 'nixpacks', reason: 'the build asks for it', secrets: ['S'] });
    expect(view.plan?.variables).toMatchObject({ runtime: expect.arrayContaining(['A']) });
    expect(view.plan?.build_args).toEqual(expect.arrayContaining(['B', 'BITFLOW_ENV_A']));
  });

  it.each([
    [['--env', 'A'], '--env: takes NAME=VALUE'],
    [['--env', '1=x'], '--env: 1 must be letters'],
    [['--secret', 'lower'], '--secret: '],
    [['--builder', 'pack'], "'pack' is invalid. Allowed choices are auto, dockerfile, nixpacks"],
    [['--nixpacks-version', '0.1'], '--nixpacks-version: the builder image has nixpacks'],
    [['--root-directory', '../x'], '--root-directory: must be a relative path'],
    [['--branch', 'main'], '--branch and --ref are of what is pushed'],
    [['--remote', '--secret', 'A'], "option '--remote' cannot be used with option '--secret <name>'"],
  ])('refuses %j', async (args, words) => {
    const said = await runPlan(await folderWith(DOCKERFILE), args);
    expect(said).toMatchObject({ code: 2, stdout: '' });
    expect(said.stderr).toContain(words);
  });

  it('prints the Dockerfile alone, for a person without what steers a terminal', async () => {
    const folder = await folderWith({ Dockerfile: 'FROM x\nRUN echo \u001b]0;title\u0007\tred' });
    const inPipe = await runPlan(folder, ['--dockerfile']);
    expect(inPipe.stdout).toBe('FROM x\nRUN echo \u001b]0;title\u0007\tred\n');
    const inTerminal = await runPlan(folder, ['--dockerfile'], { columns: 80 });
    expect(inTerminal.stdout).toBe('FROM x\nRUN echo \tred\n');
  });

  it('shows no control characters of the repository', async () => {
    const config = '[phases.build]\ncmds = ["echo \\u001b[2J\\u202egone"]\n';
    const files = { ...NODE, 'nixpacks.toml': config };
    const { stdout } = await runPlan(await folderWith(files), [], { columns: 80, env: { NO_COLOR: '1' } });
    expect(stdout).toMatch(/build +echo gone/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/);
  });

  it('exits with 1 for what a build would fail with, and says it', async () => {
    const folder = await folderWith({ 'notes.txt': '' });
    const { code, stdout, stderr } = await runPlan(folder);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error {2}No builder recognises this app/);
    expect(stderr).toContain('would fail with no_builder');
    const json = await planJson(folder);
    expect(json).toMatchObject({ code: 1, view: { plan: null, error: { code: 'no_builder' } } });
  });

  it('ends with 130 and leaves nothing, where it is interrupted', async () => {
    const signal = AbortSignal.abort();
    expect(await runPlan(await folderWith(NODE), [], { signal })).toMatchObject({ code: 130, stdout: '' });
  });
});

it('names every builder that there is', () => {
  const command = makeProgram(async () => undefined, '0').commands.find((one) => one.name() === 'plan');
  const option = command?.options.find(({ long }) => long === '--builder');
  expect(option?.argChoices?.toSorted()).toEqual(BuilderType.options.toSorted());
});

describe('nixpacks', () => {
  it('is not needed where the Dockerfile decides', async () => {
    const env = { BITFLOW_NIXPACKS: '/nonexistent/nixpacks' };
    expect(await runPlan(await folderWith(DOCKERFILE), [], { env })).toMatchObject({ code: 0, stderr: '' });
  });

  it('is asked for with how to install it, where there is none', async () => {
    const folder = await folderWith(NODE);
    const none = await runPlan(folder, [], { env: { BITFLOW_NIXPACKS: '', PATH: '/usr/bin:/bin' } });
    expect(none).toMatchObject({ code: 1, stdout: '' });
    expect(none.stderr).toMatch(
      /no nixpacks on this machine\nnext +Install it: cargo install nixpacks --version/,
    );
    const wrong = await runPlan(folder, [], { env: { BITFLOW_NIXPACKS: '/nonexistent' } });
    expect(wrong.stderr).toContain('BITFLOW_NIXPACKS names /nonexistent, which is no nixpacks');
  });

  it('of another version is used with a warning', async () => {
    const env = { BITFLOW_NIXPACKS: await otherNixpacks('1.30.0') };
    const said = await runPlan(await folderWith(NODE), ['--builder', 'nixpacks'], { env });
    expect(said.stderr).toMatch(/^warning: .*nixpacks is nixpacks 1\.30\.0, and the service has 1\.41\.0/);
    expect(said.stderr.match(/warning/g)).toHaveLength(1);
  });

  it('of the service’s version is found by the PATH, and by the set-up of a local service', async () => {
    const folder = await folderWith(NODE);
    const old = join(await otherNixpacks('1.30.0'), '..');
    const real = (await import('./support.ts')).HOME.BITFLOW_NIXPACKS;
    const cache = await folderWith({
      'bitflow/machine.json': JSON.stringify({ version: 1, nixpacks: real, buildctl: 'x', baseImages: null }),
    });
    const env = { BITFLOW_NIXPACKS: '', PATH: `${old}:/usr/bin:/bin`, XDG_CACHE_HOME: cache };
    expect(await runPlan(folder, [], { env })).toMatchObject({ code: 0, stderr: '' });
    const onPath = { BITFLOW_NIXPACKS: '', PATH: `${join(real, '..')}:/usr/bin:/bin` };
    expect(await runPlan(folder, [], { env: onPath })).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('the plan overlay', () => {
  const OVERLAY = { nixpacks: { node: { buildImage: 'overlaid:1' } } };

  it('is the one that the environment names, or that of a service on this machine', async () => {
    const folder = await folderWith(NODE);
    const files = await folderWith({ 'overlay.json': JSON.stringify(OVERLAY) });
    const overlay = join(files, 'overlay.json');
    const cache = await folderWith({
      'bitflow/machine.json': JSON.stringify({
        version: 1,
        nixpacks: 'x',
        buildctl: 'x',
        baseImages: { overlay },
      }),
    });
    const from = async (env: Record<string, string>) =>
      (await planJson(folder, [], { env })).view.plan?.dockerfile.text.split('\n')[0];
    expect(await from({ BITFLOW_PLAN_OVERLAY: overlay })).toBe('FROM overlaid:1');
    expect(await from({ XDG_CACHE_HOME: cache, BITFLOW_URL: 'http://127.0.0.1:8080' })).toBe(
      'FROM overlaid:1',
    );
    expect(await from({ XDG_CACHE_HOME: cache })).not.toContain('overlaid');
    expect(await from({ XDG_CACHE_HOME: cache, BITFLOW_URL: 'https://builds.example.com' })).not.toContain(
      'over',
    );
    const none = { XDG_CACHE_HOME: cache, BITFLOW_URL: 'http://127.0.0.1:8080', BITFLOW_PLAN_OVERLAY: '' };
    expect(await from(none)).not.toContain('overlaid');
  });
});
