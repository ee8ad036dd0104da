import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from '../kit/api.ts';
import type { Answer } from '../kit/operations.ts';

type Webhook = Answer<'repositories.get'>['webhook'];

/** How long the host may take to try a webhook (ms), and how often we look. */
export const PATIENCE = { withinMs: 20_000, everyMs: 250 };

/** The webhook of a repository once something came through it, or as it is when the time is over. */
export async function awaitWebhook(
  api: Api,
  { id, webhook: known }: Pick<Answer<'repositories.get'>, 'id' | 'webhook'>,
  signal: AbortSignal,
  { withinMs, everyMs } = PATIENCE,
): Promise<Webhook> {
  const deadline = Date.now() + withinMs;
  let webhook = known;
  while (webhook.state === 'waiting' && Date.now() < deadline) {
    await sleep(everyMs, undefined, { signal });
    webhook = (await api.call('repositories.get', { params: { id }, signal })).value.webhook;
  }
  return webhook;
}
