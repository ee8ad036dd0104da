import { join } from 'node:path';
import { z } from 'zod';
import { TeamId } from '#core/team.ts';
import { configDir } from './config-dir.ts';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { readPrivate, writePrivate } from './private-file.ts';
import { serviceUrl } from './service-url.ts';
import type { Surroundings } from './streams.ts';

/** A service's address as it is kept: an origin. */
const Url = z.string().transform((text, context) => {
  const { url, problem } = serviceUrl(text);
  if (url !== null) return url;
  context.addIssue({ code: 'custom', message: problem });
  return z.NEVER;
});

/** What may be set: each as a flag, in the environment and in the config file, in this order. */
const SETTINGS = {
  url: { schema: Url, variable: 'BITFLOW_URL', about: 'the address of the service' },
  team: { schema: TeamId, variable: 'BITFLOW_TEAM', about: 'the team to act for, where you are in several' },
} as const;
export type SettingName = keyof typeof SETTINGS;
export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[];

const ConfigFile = z.looseObject({ url: Url.optional(), team: TeamId.optional() });

/** A setting, and who said so. */
export interface Setting {
  readonly value: string | null;
  /** `--url`, `BITFLOW_URL`, the file's path; null: nobody. */
  readonly from: string | null;
}
export type Settings = Readonly<Record<SettingName, Setting>>;

/** Where the settings are kept. */
export const configFile = (env: Surroundings['env']): string => join(configDir(env), 'config.json');

/** The settings that hold now. Throws CliError (2) for one that is not as it should be, with where it stands. */
export async function readSettings(
  flags: Readonly<Partial<Record<SettingName, string | undefined>>>,
  env: Surroundings['env'],
): Promise<Settings> {
  const path = configFile(env);
  const file = await readConfig(path);
  const find = (name: SettingName): Setting => {
    const { schema, variable } = SETTINGS[name];
    const places = [
      { value: flags[name], from: `--${name}` },
      { value: env[variable] || undefined, from: variable },
      { value: file[name], from: path },
    ];
    const found = places.find(({ value }) => value !== undefined);
    if (found === undefined) return { value: null, from: null };
    const parsed = schema.safeParse(found.value);
    if (parsed.success) return { value: parsed.data, from: found.from };
    const why = parsed.error.issues[0]?.message ?? 'is not valid';
    throw new CliError(EXIT.usage, `${found.from}: ${name} ${why}`, `Correct it, or see: bitflow config`);
  };
  return { url: find('url'), team: find('team') };
}

/** Keeps a setting in the config file; null removes it. @returns the value as it is kept. */
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
  if (!parsed.success) {
    const why = parsed.error.issues[0]?.message ?? 'is not valid';
    throw new CliError(EXIT.usage, `${name} ${why}`, `${name} is ${SETTINGS[name].about}.`);
  }
  await writePrivate(path, `${JSON.stringify({ ...others, [name]: parsed.data }, null, 2)}\n`);
  return parsed.data;
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
