import type { z } from 'zod';
import type { QueueStatsView } from '#core/api/queue.ts';
import { clean } from '../kit/text.ts';
import { duration } from '../kit/times.ts';

export type Stats = z.infer<typeof QueueStatsView>;

/** The queue in a line, for people. */
export function headline({ queued, running, capacity, pool }: Stats): string {
  const others = pool.queued > queued || pool.running > running;
  const all = others ? ` (all teams: ${pool.queued} waiting, ${pool.running} running)` : '';
  return `${queued} waiting, ${running} running, ${capacity} ${capacity === 1 ? 'slot' : 'slots'}${all}`;
}

/** How builds went in the last hour, in a line. */
export function lastHour({ last_hour: hour }: Stats): string {
  const counts = [
    [hour.succeeded, 'succeeded'],
    [hour.failed, 'failed'],
    [hour.timed_out, 'timed out'],
    [hour.expired, 'expired'],
    [hour.cancelled, 'cancelled'],
  ].flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`]));
  if (counts.length === 0) return 'last hour: no build ended';
  const times = [timesText('took', hour.duration_s), timesText('waited', hour.wait_s)].filter(
    (text) => text !== null,
  );
  return `last hour: ${counts.join(', ')}${times.length === 0 ? '' : `; ${times.join(', ')}`}`;
}

function timesText(verb: string, { average, p95 }: Stats['last_hour']['wait_s']): string | null {
  if (average === null) return null;
  const most = p95 === null ? '' : ` (95 % within ${duration(p95 * 1000)})`;
  return `${verb} ${duration(average * 1000)}${most}`;
}

/** The builds that wait: place, id, when they start, what they are of. @param titles of builds, by id. */
export function waitingRows({ builds }: Stats, titles: ReadonlyMap<string, string>): string[][] {
  return builds.map(({ id, position, expected_wait_s: wait }) => [
    position === null ? '-' : String(position),
    id,
    wait === null ? '-' : `in ${duration(wait * 1000)}`,
    titles.get(id) ?? '',
  ]);
}

/** The queue in a line, for a pipe: the same fields in the same order, whatever they are. */
export function plainLine({ queued, running, capacity, builds }: Stats, at: string): string {
  const [next] = builds;
  const first = next === undefined ? '' : ` next ${clean(next.id)}`;
  return `${at} waiting ${queued} running ${running} capacity ${capacity}${first}`;
}
