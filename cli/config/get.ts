import type { Cli } from '../kit/cli.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import type { SettingName } from '../kit/setting-names.ts';

/** `bitflow config get NAME`. Throws CliError (4) where nobody set it. */
export async function getConfig(cli: Cli, name: SettingName): Promise<void> {
  const { value, from } = (await cli.settings())[name];
  if (value === null)
    throw new CliError(EXIT.notFound, `${name} is not set`, `Set it: bitflow config set ${name} …`);
  const { screen } = cli;
  if (screen.json) return screen.value({ name, value, from });
  screen.line(value);
}
