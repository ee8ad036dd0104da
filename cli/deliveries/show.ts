import type { Cli } from '../kit/cli.ts';
import { details } from '../kit/details.ts';
import { harmlessJson } from '../kit/text.ts';
import { when } from '../kit/when.ts';
import { deliveryId } from './find.ts';

/** `bitflow deliveries show`. */
export async function showDelivery(cli: Cli, given: string): Promise<void> {
  const api = await cli.api();
  const { value, raw } = await api.call('deliveries.get', { params: { id: await deliveryId(api, given) } });
  const { screen } = cli;
  const { body } = value;
  details(screen, raw, [
    ['id', value.id],
    ['host', value.platform],
    ['event', value.event],
    ['repository', value.repository],
    ['ref', value.ref],
    ['pull request', value.pull_request === null ? null : `#${value.pull_request}`],
    ['commit', value.commit_sha],
    ['received', when(screen, value.received_at)],
    ['replay of', value.replay_of],
    ['verdict', value.verdict],
    ['why', value.reason],
    ['builds', value.build_ids.length === 0 ? 'none' : value.build_ids.join(', ')],
    ...Object.entries(value.headers).map(([name, text]) => [name, text] as const),
    ['body', body && sizeOf(body)],
  ]);
  if (screen.json || body === null || body.content === null) return;
  screen.line('');
  for (const line of harmlessJson(body.content, 2).split('\n')) screen.line(line);
}

const sizeOf = ({ size_bytes: bytes, note }: { readonly size_bytes: number; readonly note: string | null }) =>
  `${bytes} bytes${note === null ? '' : `; ${note}`}`;
