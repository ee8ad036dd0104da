import type { Api } from '../kit/api.ts';
import type { Outage } from './outage.ts';
import type { LogLine } from './view.ts';

/** How long the service may wait for lines (s): as long as it allows. */
const WAIT_S = 25;
/** Lines of the first page, and at most; the API allows 10,000. */
const FIRST_LINES = 256;
const MOST_LINES = 4_096;

export interface ReadOptions {
  readonly signal: AbortSignal;
  readonly outage: Outage;
  /** Whether to wait for lines until there will never be more; else what is there is all. */
  readonly follow: boolean;
}

/**
 * The log of a build from its start, in pieces. It goes on from the cursor where a connection was cut: nothing is read
 * twice, nothing left out. An answer that did not get through is asked for again, a quarter as long.
 */
export async function* readLog(
  api: Api,
  id: string,
  { signal, outage, follow }: ReadOptions,
): AsyncGenerator<readonly LogLine[]> {
  let cursor: string | undefined;
  let limit = FIRST_LINES;
  for (;;) {
    const page = await pageOf(cursor, limit);
    if (page === null) {
      limit = Math.max(1, Math.floor(limit / 4));
      continue;
    }
    limit = Math.min(MOST_LINES, limit * 2);
    if (page.lines.length > 0) yield page.lines;
    if (page.complete || (!follow && page.next_cursor === cursor)) return;
    cursor = page.next_cursor;
  }

  async function pageOf(from: string | undefined, lines: number) {
    const wait = follow ? WAIT_S : 0;
    try {
      const { value } = await api.call('builds.logs', {
        params: { id },
        query: { limit: lines, wait_s: wait, ...(from !== undefined && { cursor: from }) },
        waitMs: wait * 1000,
        once: true,
        signal,
      });
      outage.over();
      return value;
    } catch (error) {
      await outage.pause(error);
      return null;
    }
  }
}
