import type { Secret } from '#core/secret.ts';
import { Api } from './api.ts';
import type { Cli } from './cli.ts';
import { readCredential } from './credentials.ts';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';

/** The address of the service. Throws CliError (2) where none is set. */
export async function serviceOf(cli: Cli): Promise<string> {
  const url = await cli.setting('url');
  if (url !== null) return url;
  throw new CliError(
    EXIT.usage,
    'no service is set',
    'Sign in to one: bitflow login --url https://builds.example.com (or start your own: bitflow dev)',
  );
}

/** The service, as whoever is signed in there. Throws CliError (3) where nobody is. */
export async function connect(cli: Cli): Promise<Api> {
  const url = await serviceOf(cli);
  const credential = await readCredential(cli.around.env, url);
  if (credential === null)
    throw new CliError(EXIT.notAllowed, `you are not signed in to ${url}`, 'Sign in: bitflow login');
  return apiAt(cli, url, credential.token);
}

/** The service at an address, with a token or as nobody. */
export async function apiAt(cli: Cli, url: string, token: Secret | null): Promise<Api> {
  const { verbose } = cli.options;
  return new Api({
    url,
    token,
    team: await cli.setting('team'),
    signal: cli.signal,
    version: cli.version,
    ...(verbose && { onRetry: (why) => cli.screen.warn(`again: ${why}`) }),
  });
}
