import type { Cli } from '../kit/cli.ts';
import { confirm } from '../kit/confirm.ts';
import { done } from '../kit/done.ts';
import { registryIdOf } from './which.ts';

/** `bitflow registries disconnect`. */
export async function disconnectRegistry(
  cli: Cli,
  given: string,
  { yes }: { readonly yes?: boolean | undefined },
): Promise<void> {
  const api = await cli.api();
  const id = await registryIdOf(api, given);
  const { url } = (await api.call('registries.get', { params: { id } })).value;
  await confirm(cli, `Disconnect ${url}, with its credential? Its images stay.`, yes);
  await api.call('registries.disconnect', { params: { id } });
  done(cli.screen, { registry: id, done: 'disconnected' }, `${url} is disconnected.`);
}
