import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { addEnvironment } from '../../environment.ts';
import { BuildFailure } from '../../failure.ts';
import type { Builder, BuildInput, BuildPlan, Detection } from '../builder.ts';
import { findConfig, type NixpacksConfig } from './config.ts';
import { phasesOf, rewriteDockerfile } from './rewrite.ts';
import { tellApart } from './variables.ts';

const Phase = z.object({
  cmds: z.array(z.string()).optional(),
  cacheDirectories: z.array(z.string()).optional(),
});
/** What is read of `nixpacks plan --format json`. */
const NixpacksPlan = z.object({
  variables: z.record(z.string(), z.string()).default({}),
  phases: z.record(z.string(), Phase).default({}),
  start: z.object({ cmd: z.string().optional() }).default({}),
});

/** Looks at the app and works out how to build it, with nixpacks. */
export const nixpacks: Builder = {
  type: 'nixpacks',

  async detect(input: BuildInput): Promise<Detection> {
    const config = await findConfig(input.view);
    if (config) return { matches: true, reason: `there is a ${config.file}` };
    const providers = await detectProviders(input, null);
    if (providers.length > 0)
      return { matches: true, reason: `nixpacks recognises ${providers.join(' and ')}` };
    return { matches: false, reason: 'nixpacks recognises no language' };
  },

  async plan(input: BuildInput): Promise<BuildPlan> {
    await refuseLinks(input);
    refuseConfigFile(input);
    const config = await findConfig(input.view);
    const providers = await detectProviders(input, config);
    const args = [...options(input, config, providers), ...overrides(input)];
    const plan = await planOnce(input, [...args, ...variablesOption(input)], config);
    const folder = await input.tools.emptyFolder();
    const keyed = ['--cache-key', input.repository, '--name', 'image', '--out', folder];
    await nixpacksRun(input, ['build', ...keyed, ...args, ...variablesOption(input)], config);
    const files = await readAll(join(folder, '.nixpacks'), folder);
    const generated = files['.nixpacks/Dockerfile'];
    if (generated === undefined) throw new Error('nixpacks wrote no Dockerfile');

    // One without a value is not in nixpacks's plan.
    const values = { ...plan.variables, ...input.buildArgs };
    const variables = tellApart(Object.keys(values), Object.keys(input.buildArgs), input.secretNames);
    const kept = new Set([...variables.runtime, ...variables.build]);
    const replaced = Object.keys(values).filter((name) => !kept.has(name));
    const text = rewriteDockerfile(generated, variables, input.secretNames);
    const caches = Object.values(plan.phases).flatMap((phase) => phase.cacheDirectories ?? []);
    const planned: BuildPlan = {
      builder: 'nixpacks',
      reasons: providers.length > 0 ? [`nixpacks recognises ${providers.join(' and ')}`] : [],
      warnings: [
        ...(config?.warnings ?? []),
        ...replaced.map((name) => `The variable ${name} is replaced by the build secret of that name.`),
      ],
      dockerfile: { path: null, text, ignore: null },
      assets: Object.fromEntries(Object.entries(files).filter(([name]) => isAsset(name))),
      target: null,
      buildArgs: Object.fromEntries(Object.entries(values).filter(([name]) => kept.has(name))),
      variables,
      secrets: input.secretNames,
      caches: [...new Set(caches)].sort(),
      start: plan.start.cmd ?? null,
      phases: phasesOf(text).map((name) => ({ name, commands: plan.phases[name]?.cmds ?? [] })),
    };
    return addEnvironment(planned, await hidden(input, args, config));
  },
};

function planOnce(
  input: BuildInput,
  args: readonly string[],
  config: NixpacksConfig | null,
): Promise<z.infer<typeof NixpacksPlan>> {
  return nixpacksRun(input, ['plan', '--format', 'json', ...args], config).then((planned) =>
    NixpacksPlan.parse(JSON.parse(planned)),
  );
}

/**
 * The run-time variables that build arguments hide from the build: the image has them with the values that they
 * would have without those.
 */
async function hidden(
  input: BuildInput,
  args: readonly string[],
  config: NixpacksConfig | null,
): Promise<Record<string, string>> {
  const names = Object.keys(input.buildArgs);
  if (names.length === 0) return {};
  // An app may be planned with its arguments only: then there is nothing that they hide.
  const { variables } = await planOnce(input, args, config).catch(() => NixpacksPlan.parse({}));
  const { runtime } = tellApart(Object.keys(variables), [], input.secretNames);
  const both = runtime.filter((name) => names.includes(name));
  return Object.fromEntries(both.map((name) => [name, variables[name] ?? '']));
}

/** nixpacks would read a file of any name there, also one outside of the checkout, past all checks. */
function refuseConfigFile({ buildArgs }: BuildInput): void {
  if (buildArgs.NIXPACKS_CONFIG_FILE === undefined) return;
  const message = 'NIXPACKS_CONFIG_FILE cannot be a build argument: name the file nixpacks.toml.';
  throw new BuildFailure('config_invalid', message);
}

/** Without a value nixpacks would take its own environment's. */
function variablesOption({ buildArgs }: BuildInput): string[] {
  const given = Object.entries(buildArgs).filter(([, value]) => value !== '');
  return given.map(([name, value]) => `--env=${name}=${value}`);
}

/** nixpacks follows links in the app's own folder: none of them may leave the checkout. */
async function refuseLinks({ view }: BuildInput): Promise<void> {
  for (const name of await view.list()) if (name !== '.git') await view.resolve(name);
  for (const name of await view.list('.nixpacks')) await view.resolve(`.nixpacks/${name}`);
}

async function detectProviders(input: BuildInput, config: NixpacksConfig | null): Promise<string[]> {
  const printed = await nixpacksRun(
    input,
    ['detect', ...configOption(config), ...variablesOption(input)],
    config,
  );
  return printed.split(/[\s,]+/).filter((name) => name !== '');
}

function options(input: BuildInput, config: NixpacksConfig | null, providers: readonly string[]): string[] {
  const overlay = input.tools.nixpacksOverlay?.(providers) ?? null;
  return [...configOption(config), ...(overlay === null ? [] : ['--json-plan', JSON.stringify(overlay)])];
}

function configOption(config: NixpacksConfig | null): string[] {
  return config ? ['--config', config.file] : [];
}

function overrides({ settings: { nixpacks: own } }: BuildInput): string[] {
  const pairs = [
    ['--install-cmd', own.install],
    ['--build-cmd', own.build],
    ['--start-cmd', own.start],
  ] as const;
  return pairs.flatMap(([option, value]) => (value === undefined ? [] : [`${option}=${value}`]));
}

/** Runs one nixpacks command on the app; its own words are in the error. */
async function nixpacksRun(
  { tools, view }: BuildInput,
  args: readonly string[],
  config: NixpacksConfig | null,
): Promise<string> {
  const { code, stdout, stderr } = await tools.nixpacks([...args, '--', view.folder]);
  if (code === 0) return stdout;
  const said = `${stderr}\n${stdout}`.replace(/Stack backtrace:[\s\S]*/, '').trim();
  if (said.includes('unable to generate a build plan')) {
    throw new BuildFailure(
      'no_builder',
      'nixpacks recognises no language in this folder. Add a Dockerfile, or set the root directory.',
    );
  }
  if (/No start command could be found/i.test(said)) {
    throw new BuildFailure(
      'config_invalid',
      'nixpacks found no start command. Add one, for example under [start] in nixpacks.toml.',
    );
  }
  const where = config ? ` Its configuration is ${config.file}.` : '';
  throw new BuildFailure(
    'config_invalid',
    `nixpacks could not plan this app.${where} It says: ${said.slice(0, 1500)}`,
  );
}

function isAsset(name: string): boolean {
  return name !== '.nixpacks/Dockerfile' && name !== '.nixpacks/build.sh';
}

/** Every file below a folder that nixpacks wrote, by its path relative to `base`. */
async function readAll(folder: string, base: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files[relative(base, path)] = await readFile(path, 'utf8');
  }
  return files;
}
