import type { Cli } from '../kit/cli.ts';
import { details } from '../kit/details.ts';
import { when } from '../kit/when.ts';

/** `bitflow deliveries show`. The API has no list of deliveries: their ids are whole. */
export async function showDelivery(cli: Cli, id: string): Promise<void> {
  const { value, raw } = await (await cli.api()).call('deliveries.get', { params: { id } });
  const { screen } = cli;
  details(screen, raw, [
    ['id', value.id],
    ['host', value.platform],
    ['event', value.event],
    ['received', when(screen, value.received_at)],
    ['verdict', value.verdict],
    ['why', value.reason],
    ['builds', value.build_ids.length === 0 ? 'none' : value.build_ids.join(', ')],
  ]);
}
