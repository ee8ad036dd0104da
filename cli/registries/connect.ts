import { kindOfHost, RegistryKind } from '#core/registry.ts';
import { choice } from '../kit/choice.ts';
import type { Cli } from '../kit/cli.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import { secretFrom } from '../kit/prompt.ts';
import { tellRegistry } from './show.ts';

export interface ConnectOptions {
  readonly kind?: string | undefined;
  readonly username?: string | undefined;
}

/** `bitflow registries connect`: with a user name it wants the password too, from a prompt or standard input. */
export async function connectRegistry(
  cli: Cli,
  url: string,
  { kind, username }: ConnectOptions,
): Promise<void> {
  const known = choice(RegistryKind, kind, '--kind') ?? kindOfHost(url.split('/')[0] ?? '');
  if (known === null)
    throw new CliError(
      EXIT.usage,
      `it is not said what kind of registry ${url} is`,
      `Add --kind with one of ${RegistryKind.options.join(', ')}.`,
    );
  const api = await cli.api();
  const password = username === undefined ? null : await secretFrom(cli, `password of ${username}`);
  const { value, raw } = await api.call('registries.connect', {
    body: {
      kind: known,
      url,
      ...(username !== undefined &&
        password !== null && { credential: { username, password: password.reveal() } }),
    },
  });
  tellRegistry(cli, value, raw);
  if (value.credential_set_at === null)
    cli.screen.note(`Now its credential: bitflow registries set-credential ${value.url} --username NAME`);
  else cli.screen.note(`To release there, a build names it: bitflow builds create --registry ${value.url}`);
}
