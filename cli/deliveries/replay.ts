import { advise } from '../kit/advise.ts';
import type { Cli } from '../kit/cli.ts';
import { deliveryId } from './find.ts';

/** `bitflow deliveries replay`. */
export async function replayDelivery(cli: Cli, given: string): Promise<void> {
  const api = await cli.api();
  const id = await deliveryId(api, given);
  const next = `See how it stands: bitflow deliveries show ${id}`;
  const { value, raw } = await advise('conflict', next, () =>
    api.call('deliveries.replay', { params: { id } }),
  );
  const { screen } = cli;
  if (screen.json) return screen.value(raw);
  screen.line(`${id} was taken in once more. What becomes of it: bitflow deliveries show ${value.id}`);
}
