import type { Build } from '#core/build.ts';
import { type LogEnd, MAX_LOGS } from '#core/commit-text.ts';
import type { LogLine } from '#core/events.ts';
import type { Logs, Store } from '#core/ports.ts';

export interface ReportLogDeps {
  readonly store: Pick<Store, 'logs'>;
  /** How long the last chunk of a log is waited for, where it is not there yet (ms). */
  readonly lateLogMs: number;
}

/** A chunk has the lines of a second, or 64 KiB. */
const CHUNKS = 8;
/** No log has as many chunks. */
const MAX_CHUNKS = 2 ** 17;

/** The ends of the logs of the builds that failed: of the first few. */
export function endsOfLogs(deps: ReportLogDeps, builds: readonly Build[]): Promise<LogEnd[]> {
  const failed = builds.filter(({ status }) => status === 'failed' || status === 'timed_out');
  return Promise.all(
    failed.slice(0, MAX_LOGS).map(async (build) => ({ build, lines: await lastLines(deps, build) })),
  );
}

async function lastLines({ store: { logs }, lateLogMs }: ReportLogDeps, build: Build): Promise<LogLine[]> {
  const { id, attempt, last_log_chunk, updated_at } = build;
  if (attempt === 0) return [];
  if (last_log_chunk !== null) await logs.wait(id, attempt, last_log_chunk, updated_at, lateLogMs);
  const last = last_log_chunk ?? (await lastChunk(logs, build));
  const chunks = await logs.read(id, attempt, Math.max(0, last - CHUNKS + 1), CHUNKS);
  return chunks.flatMap(({ lines }) => lines);
}

/** The number of the last chunk that there is, found by halving: a builder that died named none. */
async function lastChunk(logs: Logs, { id, attempt }: Build): Promise<number> {
  let [from, end] = [0, MAX_CHUNKS];
  while (end - from > 1) {
    const middle = (from + end) >> 1;
    const [later] = await logs.read(id, attempt, middle, 1);
    if (later === undefined) end = middle;
    else from = later.chunk;
  }
  return from;
}
