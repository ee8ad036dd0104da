import type { Cli } from '../kit/cli.ts';
import { done } from '../kit/done.ts';
import { secretFrom } from '../kit/prompt.ts';
import { registryIdOf } from './which.ts';

/** `bitflow registries set-credential`: the password comes from a prompt or standard input. */
export async function setCredential(
  cli: Cli,
  given: string,
  { username }: { readonly username: string },
): Promise<void> {
  const api = await cli.api();
  const id = await registryIdOf(api, given);
  const password = await secretFrom(cli, `password of ${username}`);
  await api.call('registries.credential.set', {
    params: { id },
    body: { username, password: password.reveal() },
  });
  done(cli.screen, { registry: id, done: 'credential set' }, `The credential of ${given} is set.`);
}
