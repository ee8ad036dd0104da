import { z } from 'zod';
import type { Build, BuildStatus } from './build.ts';
import type { Concurrency } from './concurrency.ts';

/**
 * What is kept of a concurrency group: which push of it is the latest of those that cancel what came before them.
 * It is written in the commit that gives a build its place, so that whoever dies after it leaves the mark behind:
 * nothing is started while one stands.
 */
export const Group = z.object({
  version: z.literal(1),
  id: z.string(),
  pool: z.string(),
  latest: z.object({ build_id: z.string(), order: z.number() }),
  /** Whether there may be builds that have to give way to the latest. */
  unsettled: z.boolean(),
  /** How often it was marked: who takes the mark away says which one they saw. */
  marks: z.int(),
});
export type Group = z.infer<typeof Group>;

/** How many others of its group may hold a slot when a build gets one: a cancelled one that is not over yet does. */
const MOST_BESIDE: Record<Concurrency, number> = { cancel: 1, wait: 0, parallel: Number.POSITIVE_INFINITY };

/** Before `promoting`: there a build is as good as released. What waits for approval is none of the queue's yet. */
const MAY_GIVE_WAY: ReadonlySet<BuildStatus> = new Set(['queued', 'submitting', 'submitted', 'running']);

/**
 * The group once a build of it has got its place; null: as it was. A late delivery is one that comes before the
 * latest, and has to give way itself: also where the latest has ended.
 */
export function groupAfter(known: Group | null, { concurrency, id, order, pool }: Build): Group | null {
  if (concurrency === null || order === null) return null;
  const isLater = known === null || order > known.latest.order;
  if (isLater && concurrency.policy !== 'cancel') return null;
  const latest = isLater ? { build_id: id, order } : known.latest;
  return { version: 1, id: concurrency.group, pool, latest, unsettled: true, marks: (known?.marks ?? 0) + 1 };
}

/** Whether a build of the group has to give way to its latest push. */
export function givesWay({ latest }: Group, { order, status }: Build): boolean {
  return order !== null && order < latest.order && MAY_GIVE_WAY.has(status);
}

/**
 * Whether a queued build may have a slot beside these: of a group whose builds cancel older ones two at most, of
 * one whose builds wait one.
 * @param beside what holds a slot, and what gets one before it.
 */
export function mayStart({ concurrency, id }: Build, beside: readonly Build[]): boolean {
  if (concurrency === null) return true;
  const { group, policy } = concurrency;
  const others = beside.filter((other) => other.concurrency?.group === group && other.id !== id);
  return others.length <= MOST_BESIDE[policy];
}
