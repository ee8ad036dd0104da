import type { Cli } from '../kit/cli.ts';
import { apiAt, serviceOf } from '../kit/connect.ts';
import { keepCredential, readCredential } from '../kit/credentials.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT, type ExitCode } from '../kit/exit-codes.ts';
import { clean } from '../kit/text.ts';

/** `bitflow logout`: of the token that this machine keeps. One in the environment is whoever's who set it. */
export async function logout(cli: Cli): Promise<ExitCode> {
  const { screen, around } = cli;
  const { BITFLOW_TOKEN: inEnvironment, ...env } = around.env;
  const url = await serviceOf(cli);
  const credential = await readCredential(env, url);
  if (inEnvironment) screen.warn('BITFLOW_TOKEN is set, and stays as it is: unset it.');
  if (credential === null) {
    if (screen.json) screen.value({ url, done: 'signed_out', revoked: null });
    else screen.line(`You were not signed in to ${url}`);
    return EXIT.ok;
  }
  const api = await apiAt(cli, url, credential.token);
  // Forgotten here whatever the service says; it must hear of it first, for then nobody could tell it.
  const told = await api.call('me.sign_out').then(
    ({ value }) => ({ revoked: value.revoked, error: null }),
    (error: unknown) => {
      if (!(error instanceof CliError)) throw error;
      return { revoked: null, error };
    },
  );
  await keepCredential(env, url, null);
  const over = told.error === null || told.error.code === 'unauthenticated' || told.error.code === 'conflict';
  if (screen.json) screen.value({ url, done: 'signed_out', revoked: told.revoked });
  else
    screen.line(
      `Signed out of ${url}${told.revoked === null ? '' : `: the token ${clean(told.revoked)} is revoked`}`,
    );
  if (told.error?.code === 'unauthenticated') screen.note('The token was not good any more.');
  if (told.error?.code === 'conflict') screen.note('An ID token cannot be revoked: it ends within the hour.');
  if (over) return EXIT.ok;
  screen.warn(`The token is forgotten here, but not revoked: ${told.error.message}`);
  screen.warn('Sign in again, and revoke it: bitflow tokens list, bitflow tokens revoke ID');
  return told.error.exitCode;
}
