import { z } from 'zod';
import { type Build, type BuildStatus, isTerminal } from './build.ts';
import { averageOf, Histogram, mergeHistograms, NO_VALUES, percentileOf, withValue } from './histogram.ts';

export const HOUR_MS = 3_600_000;
/** How finely ends are counted: a window begins at one of these. */
const SLOT_MS = 300_000;

export const Ended = z.enum(['succeeded', 'failed', 'cancelled', 'timed_out', 'expired']);
export type Ended = z.infer<typeof Ended>;

const Count = z.int().nonnegative();

/** What ended within five minutes. */
const StatsSlot = z.object({
  succeeded: Count,
  failed: Count,
  cancelled: Count,
  timed_out: Count,
  expired: Count,
  /** From the claim of a slot to the end, of builds that came to an end of their own. */
  duration: Histogram,
  /** From the queue to the claim, of builds that got that far. */
  wait: Histogram,
  /** What was not a success, by its cause. */
  causes: z.record(z.string(), z.int().positive()),
});
type StatsSlot = z.infer<typeof StatsSlot>;

/** What ended of a team's builds in an hour, by the five minutes in which it did (`"0"` to `"11"`). */
export const HourOfBuilds = z.object({
  version: z.literal(1),
  team: z.string(),
  /** When it begins (ms since the epoch). */
  hour: z.int(),
  slots: z.record(z.string(), StatsSlot),
});
export type HourOfBuilds = z.infer<typeof HourOfBuilds>;

const NOTHING: StatsSlot = {
  succeeded: 0,
  failed: 0,
  cancelled: 0,
  timed_out: 0,
  expired: 0,
  duration: NO_VALUES,
  wait: NO_VALUES,
  causes: {},
};

/** The hour in which a build ended. */
export function hourOf(build: Build): number {
  const at = build.finished_at ?? build.updated_at;
  return at - (at % HOUR_MS);
}

/** How long a build held its slot (ms); null where it had none, or somebody took it out. */
export function slotTimeOf(build: Build): number | null {
  if (!ranToItsEnd(build) || build.submitting_at === null || build.finished_at === null) return null;
  return (build.promoting_at ?? build.finished_at) - build.submitting_at;
}

/** How much one more build changes what is usual. */
const WEIGHT = 1 / 16;

/** How long a build usually holds its slot (ms), after one more that did; the latest ones count most. */
export function usualAfter(usual: number | null, build: Build): number | null {
  const ms = slotTimeOf(build);
  if (ms === null) return usual;
  return usual === null ? ms : Math.round(usual + (ms - usual) * WEIGHT);
}

/** An hour (null: nothing ended in it yet) with one more build that ended in it. */
export function withBuild(known: HourOfBuilds | null, build: Build): HourOfBuilds {
  const hour = hourOf(build);
  const index = String(Math.floor(((build.finished_at ?? hour) - hour) / SLOT_MS));
  const slot = known?.slots[index] ?? NOTHING;
  const ended = Ended.parse(build.status);
  const cause = causeOf(build);
  const counted: StatsSlot = {
    ...slot,
    [ended]: slot[ended] + 1,
    duration: ranToItsEnd(build)
      ? withTime(slot.duration, build.submitting_at, build.finished_at)
      : slot.duration,
    wait: withTime(slot.wait, build.queued_at, build.submitting_at),
    causes: cause === null ? slot.causes : { ...slot.causes, [cause]: (slot.causes[cause] ?? 0) + 1 },
  };
  return { version: 1, team: build.team, hour, slots: { ...known?.slots, [index]: counted } };
}

/** What a build that is over counts as: whether the builder, the service or the clock ended it, and nobody else. */
export function ranToItsEnd({ status }: Build): boolean {
  const own: readonly BuildStatus[] = ['succeeded', 'failed', 'timed_out'];
  return isTerminal(status) && own.includes(status);
}

/** Why a build was no success: the code of its error, else its reason. A cancelled one is nobody's failure. */
export function causeOf({ status, error, reason }: Build): string | null {
  if (status === 'succeeded' || status === 'cancelled') return null;
  return error?.code ?? reason ?? status;
}

function withTime(histogram: Histogram, from: number | null, to: number | null): Histogram {
  // a build that went back into the queue and ended there waited from later on than it was claimed
  return from === null || to === null || to < from ? histogram : withValue(histogram, to - from);
}

/** Average and 95th percentile (ms); null where there was none. */
export interface Times {
  readonly average: number | null;
  readonly p95: number | null;
}

/** What became of a team's builds in a window of time. */
export type WindowOfBuilds = Readonly<Record<Ended, number>> & {
  readonly duration: Times;
  readonly wait: Times;
  /** The successes among those that were not cancelled, from 0 to 1; null where there was none. */
  readonly successRate: number | null;
  /** How many failed, by cause. */
  readonly causes: Readonly<Record<string, number>>;
  /** The same as parts of those that were not cancelled, from 0 to 1; they add up to what `successRate` leaves. */
  readonly failureRates: Readonly<Record<string, number>>;
};

/** When a window of this length that ends now begins: to five minutes, the current ones included. */
export function windowStart(now: number, lengthMs: number): number {
  return now - (now % SLOT_MS) - lengthMs + SLOT_MS;
}

/** What ended since `start` (`windowStart`), of these hours. */
export function summarize(hours: readonly HourOfBuilds[], start: number): WindowOfBuilds {
  const slots = hours.flatMap(({ hour, slots }) =>
    Object.entries(slots).flatMap(([index, slot]) => (hour + Number(index) * SLOT_MS >= start ? [slot] : [])),
  );
  const all = (ended: Ended) => slots.reduce((sum, slot) => sum + slot[ended], 0);
  const times = (histograms: readonly Histogram[]): Times => {
    const merged = mergeHistograms(histograms);
    return { average: averageOf(merged), p95: percentileOf(merged, 0.95) };
  };
  const causes: Record<string, number> = {};
  for (const slot of slots)
    for (const [cause, count] of Object.entries(slot.causes)) causes[cause] = (causes[cause] ?? 0) + count;
  const succeeded = all('succeeded');
  const judged = succeeded + all('failed') + all('timed_out') + all('expired');
  return {
    succeeded,
    failed: all('failed'),
    cancelled: all('cancelled'),
    timed_out: all('timed_out'),
    expired: all('expired'),
    duration: times(slots.map(({ duration }) => duration)),
    wait: times(slots.map(({ wait }) => wait)),
    successRate: judged === 0 ? null : succeeded / judged,
    causes,
    failureRates: Object.fromEntries(Object.entries(causes).map(([cause, count]) => [cause, count / judged])),
  };
}
