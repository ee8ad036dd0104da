import type { Cli } from '../kit/cli.ts';
import { details } from '../kit/details.ts';
import type { Answer } from '../kit/operations.ts';
import { when } from '../kit/when.ts';
import { registryIdOf } from './which.ts';

/** `bitflow registries show`. */
export async function showRegistry(cli: Cli, given: string): Promise<void> {
  const api = await cli.api();
  const id = await registryIdOf(api, given);
  const { value, raw } = await api.call('registries.get', { params: { id } });
  tellRegistry(cli, value, raw);
}

/** A registry, as `show` and `connect` tell it. */
export function tellRegistry({ screen }: Cli, registry: Answer<'registries.get'>, raw: unknown): void {
  details(screen, raw, [
    ['id', registry.id],
    ['kind', registry.kind],
    ['address', registry.url],
    ['credential', when(screen, registry.credential_set_at, 'none yet')],
    ['connected', when(screen, registry.created_at)],
  ]);
}
