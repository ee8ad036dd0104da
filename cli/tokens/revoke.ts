import type { Cli } from '../kit/cli.ts';
import { confirm } from '../kit/confirm.ts';
import { done } from '../kit/done.ts';
import { clean } from '../kit/text.ts';
import { tokenIdOf } from './which.ts';

/** `bitflow tokens revoke`. */
export async function revokeToken(
  cli: Cli,
  given: string,
  { yes }: { readonly yes?: boolean | undefined },
): Promise<void> {
  const api = await cli.api();
  const { id, name } = (await api.call('tokens.get', { params: { id: await tokenIdOf(api, given) } })).value;
  await confirm(cli, `Revoke the token ${clean(name)} (${id}), and those that it made?`, yes);
  await api.call('tokens.revoke', { params: { id } });
  done(cli.screen, { token: id, done: 'revoked' }, `The token ${clean(name)} is revoked.`);
}
