import { setTimeout as sleep } from 'node:timers/promises';
import { isTerminal } from '#core/build.ts';
import type { Api } from '../kit/api.ts';
import { CliError } from '../kit/errors.ts';
import { exitCodeOf } from '../kit/exit-codes.ts';
import { readLog } from './log-reader.ts';
import { Outage } from './outage.ts';
import type { ApiBuild } from './status.ts';
import type { Heard } from './view.ts';

/** How often a build is looked at (ms): often at first, when its stages are short. */
const OFTEN_MS = 700;
const SELDOM_MS = 2_000;
/** When that changes. */
const YOUNG_MS = 60_000;

export interface FollowOptions {
  readonly signal: AbortSignal;
  readonly hear: (heard: Heard) => void;
  /** Whether its log is read too. */
  readonly log: boolean;
  /** Told where the rest of the log cannot be had. How the build ends is heard all the same. */
  readonly onLogLost: (error: CliError) => void;
  /** Whether its place in the queue is asked for while it waits. */
  readonly place: boolean;
}

/**
 * Follows a build until there is nothing more to wait for, through cut connections and a service that is away for
 * some minutes. @returns the build as it was then. Throws CliError.
 */
export async function follow(api: Api, id: string, options: FollowOptions): Promise<ApiBuild> {
  const ending = new AbortController();
  const signal = AbortSignal.any([options.signal, ending.signal]);
  const outage = () =>
    new Outage({
      signal,
      told: (why) => options.hear({ kind: 'trouble', why }),
      goOn: `The build may go on. Watch it again: bitflow builds watch ${id}`,
    });
  const hearLog = async () => {
    for await (const lines of readLog(api, id, { signal, outage: outage(), follow: true }))
      options.hear({ kind: 'lines', lines });
  };
  const log = options.log ? hearLog().catch((error: unknown) => lose(error, options)) : Promise.resolve();
  const watched = watchBuild(api, id, options, { signal, outage: outage() });
  try {
    const build = await Promise.race([watched, log.then(() => watched)]);
    // The log of a build that has not ended has no end either.
    if (isTerminal(build.status)) await log;
    return build;
  } finally {
    // Whichever failed first, the other ends with it.
    ending.abort();
    await Promise.allSettled([watched, log]);
  }
}

interface Line {
  readonly signal: AbortSignal;
  readonly outage: Outage;
}

/** The exit code is the build's state, never the stream's: a log that is lost ends nothing but itself. */
function lose(error: unknown, { signal, onLogLost }: FollowOptions): void {
  if (signal.aborted || !(error instanceof CliError)) throw error;
  onLogLost(error);
}

async function watchBuild(
  api: Api,
  id: string,
  { hear, place }: FollowOptions,
  { signal, outage }: Line,
): Promise<ApiBuild> {
  const started = Date.now();
  for (;;) {
    const build = await insist(outage, async () => {
      const { value, raw } = await api.call('builds.get', { params: { id }, once: true, signal });
      hear({ kind: 'build', build: value, raw });
      return value;
    });
    if (exitCodeOf(build.status) !== null) return build;
    if (place && build.status === 'queued') {
      await insist(outage, async () => {
        const { value } = await api.call('builds.queue_stats', { once: true, signal });
        hear({ kind: 'place', place: value.builds.find((one) => one.id === id) ?? null });
      });
    }
    await sleep(Date.now() - started < YOUNG_MS ? OFTEN_MS : SELDOM_MS, undefined, { signal });
  }
}

async function insist<T>(outage: Outage, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      const result = await work();
      outage.over();
      return result;
    } catch (error) {
      await outage.pause(error);
    }
  }
}
