import { join } from 'node:path';
import { z } from 'zod';
import { TeamId } from '#core/team.ts';
import { configDir } from './config-dir.ts';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { readPrivate, writePrivate } from './private-file.ts';
import { serviceUrl } from './service-url.ts';
import { SETTING_NAMES, type SettingName } from './setting-names.ts';
import type { Surroundings } from './streams.ts';

/** A service's address as it is kept: an origin. */
const Url = z.string().transform((text, context) => {
  const { url, problem } = serviceUrl(text);
  if (url !== null) return url;
  context.addIssue({ code: 'custom', message: problem });
  return z.NEVER;
});

const SETTINGS = {
  url: { schema: Url, variable: 'BITFLOW_URL', about: 'the address of the service' },
  team: { schema: TeamId, variable: 'BITFLOW_TEAM', about: 'the team to act for, where you are in several' },
} as const satisfies Record<SettingName, object>;

/** Settings that a newer version has are kept, and their values are looked at when they are used. */
const ConfigFile = z.record(z.string(), z.unknown());

/** A setting, and who said so. */
export interface Setting {
  readonly value: string | null;
  /** `--url`, `BITFLOW_URL`, the file's path; null: nobody. */
  readonly from: string | null;
}
export type Settings = Readonly<Record<SettingName, Setting>>;

/** A setting as it was given, which may be wrong. */
export interface Given {
  readonly name: SettingName;
  /** As it is used; where there is a problem, as it was written. */
  readonly value: string | null;
  readonly from: string | null;
  /** What is wrong with the value; null: nothing. */
  readonly problem: string | null;
}

/** What was given as options of the command line. */
export type Flags = Readonly<Partial<Record<SettingName, string | undefined>>>;

/** Where the settings are kept. */
export const configFile = (env: Surroundings['env']): string => join(configDir(env), 'config.json');

/** The settings that hold now. Throws CliError (2) for one that is not as it should be, with where it stands. */
export async function readSettings(flags: Flags, env: Surroundings['env']): Promise<Settings> {
  const all = await findSettings(flags, env);
  const wrong = all.find(({ problem }) => problem !== null);
  if (wrong !== undefined) {
    const what = `${wrong.from}: ${wrong.name} ${wrong.problem}`;
    throw new CliError(EXIT.usage, what, 'Correct it, or see: bitflow config');
  }
  const of = (name: SettingName): Setting => {
    const { value = null, from = null } = all.find((one) => one.name === name) ?? {};
    return { value, from };
  };
  return { url: of('url'), team: of('team') };
}

/** Each setting from where it counts: the option, else the environment, else the config file. Throws CliError (2) where the file is damaged. */
export async function findSettings(flags: Flags, env: Surroundings['env']): Promise<readonly Given[]> {
  const path = configFile(env);
  const file = await readConfig(path);
  return SETTING_NAMES.map((name) => {
    const { schema, variable } = SETTINGS[name];
    const places = [
      { value: flags[name], from: `--${name}` },
      { value: env[variable] || undefined, from: variable },
      { value: file[name], from: path },
    ];
    const found = places.find(({ value }) => value !== undefined);
    if (found === undefined) return { name, value: null, from: null, problem: null };
    const { from } = found;
    const parsed = schema.safeParse(found.value);
    if (parsed.success) return { name, value: parsed.data, from, problem: null };
    return { name, value: String(found.value), from, problem: problemOf(parsed.error) };
  });
}

/** Keeps a setting in the config file; null removes it. @returns the value as it is kept. Throws CliError (2) for one that cannot be. */
export async function keepSetting(
  env: Surroundings['env'],
  name: SettingName,
  value: string | null,
): Promise<string | null> {
  const path = configFile(env);
  const { [name]: _, ...others } = await readConfig(path);
  if (value === null) {
    await writePrivate(path, `${JSON.stringify(others, null, 2)}\n`);
    return null;
  }
  const parsed = SETTINGS[name].schema.safeParse(value);
  if (!parsed.success)
    throw new CliError(
      EXIT.usage,
      `${name} ${problemOf(parsed.error)}`,
      `${name} is ${SETTINGS[name].about}.`,
    );
  await writePrivate(path, `${JSON.stringify({ ...others, [name]: parsed.data }, null, 2)}\n`);
  return parsed.data;
}

function problemOf({ issues }: z.ZodError): string {
  return issues[0]?.code === 'invalid_type' ? 'must be text' : (issues[0]?.message ?? 'is not valid');
}

async function readConfig(path: string): Promise<z.infer<typeof ConfigFile>> {
  const text = await readPrivate(path);
  if (text === null) return {};
  try {
    return ConfigFile.parse(JSON.parse(text));
  } catch (cause) {
    const what = `the config file ${path} is not as it should be`;
    throw new CliError(EXIT.usage, what, `Correct it, or delete it.`, { cause });
  }
}
