import { z } from 'zod';
import type { App } from './app.ts';
import type { Page } from './request.ts';

const PAGE = 100;
/** What is read at most: the newest 10,000 deliveries. */
const MOST_PAGES = 100;
/** As many are asked for again at once. */
const AT_ONCE = 200;

/** How long after the last try the next one is due (ms); there are as many as are here. */
const PATIENCE_MS = [0, 3_600_000, 6 * 3_600_000] as const;

/** Ids go past what a number holds exactly: Octokit gives those as BigInt. */
const Id = z.union([z.int(), z.bigint()]).transform(String);

/** One try of a delivery. Source: docs.github.com/en/rest/apps/webhooks#list-deliveries-for-an-app-webhook */
const Try = z.object({
  id: Id,
  /** The delivery's own id, which all its tries share. */
  guid: z.string(),
  delivered_at: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
  redelivery: z.boolean(),
  status_code: z.int(),
});
type Try = z.infer<typeof Try>;

/**
 * Asks GitHub again for the deliveries of the App's webhook that nobody took: GitHub does not by itself
 * (docs.github.com/en/webhooks/using-webhooks/automatically-redelivering-failed-deliveries-for-a-github-app-webhook).
 * Its own list says how often each was tried, so nothing needs to be remembered here. Each is asked for three times
 * at most, further and further apart.
 * @param since ms since the epoch. @param now likewise. @returns how many it asked for.
 */
export async function redeliver(app: App, since: number, now: number): Promise<number> {
  const due = dueOf(await triesSince(app, since), now).slice(0, AT_ONCE);
  for (const { id } of due)
    await app.ask({
      what: `ask for the delivery ${id} again`,
      route: 'POST /app/hook/deliveries/{id}/attempts',
      params: { id },
      answer: z.unknown(),
    });
  return due.length;
}

/** The last try of each delivery that none of its tries handed over, and that is due again; the oldest first. */
export function dueOf(tries: readonly Try[], now: number): Try[] {
  const deliveries = Map.groupBy(tries, ({ guid }) => guid);
  return [...deliveries.values()]
    .flatMap((all) => {
      if (all.some(({ status_code }) => status_code >= 200 && status_code < 300)) return [];
      const last = all.reduce((a, b) => (b.delivered_at > a.delivered_at ? b : a));
      const patience = PATIENCE_MS[all.filter(({ redelivery }) => redelivery).length];
      return patience !== undefined && last.delivered_at + patience <= now ? [last] : [];
    })
    .toSorted((a, b) => a.delivered_at - b.delivered_at);
}

/** The newest come first. */
async function triesSince(app: App, since: number): Promise<Try[]> {
  const tries: Try[] = [];
  let cursor: string | null = null;
  for (let read = 0; read < MOST_PAGES; read += 1) {
    const page: Page<Try[]> = await app.page({
      what: 'list the deliveries of the GitHub App',
      route: 'GET /app/hook/deliveries',
      params: { per_page: PAGE, ...(cursor && { cursor }) },
      answer: z.array(Try),
    });
    tries.push(...page.answer.filter(({ delivered_at }) => delivered_at >= since));
    cursor = page.next;
    const last = page.answer.at(-1);
    if (cursor === null || last === undefined || last.delivered_at < since) break;
  }
  return tries;
}
