import type { Cli } from '../kit/cli.ts';
import { details } from '../kit/details.ts';
import { when } from '../kit/when.ts';
import { tokenIdOf } from './which.ts';

/** `bitflow tokens show`. */
export async function showToken(cli: Cli, given: string): Promise<void> {
  const api = await cli.api();
  const { value, raw } = await api.call('tokens.get', { params: { id: await tokenIdOf(api, given) } });
  const { screen } = cli;
  details(screen, raw, [
    ['id', value.id],
    ['name', value.name],
    ['role', value.role],
    ['may do', value.scopes?.join(', ') ?? 'all that its role may'],
    ['owner', value.owner],
    ['made by', value.made_by_token],
    ['created', when(screen, value.created_at)],
    ['used', when(screen, value.last_used_at)],
    ['ends', when(screen, value.expires_at)],
    ['revoked', value.revoked_at && when(screen, value.revoked_at)],
  ]);
}
