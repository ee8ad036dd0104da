import type { Cli } from '../kit/cli.ts';
import type { SettingName } from '../kit/setting-names.ts';
import { configFile, findSettings, keepSetting } from '../kit/settings.ts';

/** `bitflow config set NAME VALUE`. */
export async function setConfig(cli: Cli, name: SettingName, value: string): Promise<void> {
  const { screen, around } = cli;
  const kept = await keepSetting(around.env, name, value);
  if (screen.json) screen.value({ setting: name, value: kept, done: 'set' });
  else screen.line(`${name} is ${kept} now.`);
  await sayWhoGoesBefore(cli, name);
}

/** `bitflow config unset NAME`. */
export async function unsetConfig(cli: Cli, name: SettingName): Promise<void> {
  const { screen, around } = cli;
  await keepSetting(around.env, name, null);
  if (screen.json) screen.value({ setting: name, done: 'removed' });
  else screen.line(`${name} is not set in ${configFile(around.env)} any more.`);
  await sayWhoGoesBefore(cli, name);
}

/** A variable that counts more than the file: a person who sets the file may not know of it. */
async function sayWhoGoesBefore({ screen, around }: Cli, name: SettingName): Promise<void> {
  const found = (await findSettings({}, around.env)).find((one) => one.name === name);
  if (found?.from != null && found.from !== configFile(around.env))
    screen.note(`But ${found.from} is set in the environment, and goes before it.`);
}
