import { z } from 'zod';

/** A push as it was put in order, kept with its ref for those that arrive late. */
export const OrderedPush = z.object({
  before_sha: z.string().nullable(),
  commit_sha: z.string(),
  pushed_at: z.int(),
  order: z.number(),
});
export type OrderedPush = z.infer<typeof OrderedPush>;
type Push = Omit<OrderedPush, 'order'>;

const SECOND_MS = 1000;

/**
 * When a push happened (ms since the epoch). A host's clock has full seconds: within its second, the time at which
 * the delivery came says more, and of deliveries that came later than that, nothing does.
 * @param claimed by the host; null: it does not say.
 */
export function pushedAt(claimed: number | null, receivedAt: number): number {
  if (claimed === null || claimed % SECOND_MS !== 0) return claimed ?? receivedAt;
  return Math.min(Math.max(claimed, receivedAt), claimed + SECOND_MS - 1);
}

/** How many pushes of a ref are remembered. */
export const REMEMBERED_PUSHES = 50;

/** What the host's clock (full seconds) must say before it says anything. */
const CLEARLY_MS = 1000;

/**
 * The place of a push among those of its ref. Normally the next one; but deliveries overtake each other, and
 * a push that came late and happened earlier gets a place before the one that followed it.
 *
 * What links two pushes is git's own chain: `before` of the later one is the commit of the earlier one. A
 * commit may come back (A→B→C→A rolls back), so the chain may fit at several places: then those where the
 * host's clock does not differ by a full second come first, the better link wins, and of equal ones the later.
 * A link to one of two that are linked themselves does not count, and against the clock only links on both
 * sides do: a commit that comes back makes one by accident. Where the chain says nothing, the clock alone, and
 * to the ms: of many pushes within a second (`pushedAt`) most arrive before those that link them.
 *
 * @param recent pushes of the same ref, in any order.
 * @param next the place that the newest push gets; larger than every place given so far.
 */
export function placeOf(push: Push, recent: readonly OrderedPush[], next: number): number {
  const sorted = recent.toSorted((a, b) => a.order - b.order);
  const index = gapOf(push, sorted);
  const [previous, follower] = [sorted[index - 1], sorted[index]];
  if (follower === undefined) return next;
  return previous === undefined ? follower.order - 0.5 : (previous.order + follower.order) / 2;
}

/** How long a push in doubt has no place yet (ms): what it followed may still be on its way. */
export const DOUBT_MS = 5000;

type Linked = Pick<Push, 'before_sha' | 'commit_sha'>;

/** Whether one of two pushes followed the other, by git's chain. */
export function areLinked(one: Linked, other: Linked): boolean {
  return one.commit_sha === other.before_sha || other.commit_sha === one.before_sha;
}

/**
 * Whether a push had better get its place a little later: others of its ref happened in the same second, and none
 * that is known so far is linked to it.
 */
export function isInDoubt(push: Push, recent: readonly OrderedPush[]): boolean {
  if (push.before_sha === null || recent.some((other) => areLinked(push, other))) return false;
  return recent.some((other) => Math.abs(other.pushed_at - push.pushed_at) < CLEARLY_MS);
}

/** The place after every push so far, and before the one that gets `next`. */
export const placeBefore = (next: number): number => next - 0.5;

/** Before which of the sorted pushes this one belongs; their number: after all. */
function gapOf(push: Push, sorted: readonly OrderedPush[]): number {
  const linked = Array.from({ length: sorted.length + 1 }, (_, index) => {
    const [previous, follower] = [sorted[index - 1], sorted[index]];
    const timely = sorted.every(
      (other, at) => !(at < index ? isEarlier(push, other) : isEarlier(other, push)),
    );
    return {
      index,
      timely,
      links: links(previous, push) + links(push, follower),
      closed: links(previous, follower) === 1,
    };
  }).filter((gap) => gap.links > 0 && !gap.closed);
  const timely = linked.filter((gap) => gap.timely);
  const against = linked.filter((gap) => gap.links === 2);
  const candidates = timely.length > 0 ? timely : against;
  const most = Math.max(...candidates.map((gap) => gap.links));
  const best = candidates.findLast((gap) => gap.links === most);
  if (best) return best.index;
  const later = sorted.findIndex((other) => push.pushed_at < other.pushed_at);
  return later < 0 ? sorted.length : later;
}

function links(earlier: Push | undefined, later: Push | undefined): 0 | 1 {
  return earlier !== undefined && earlier.commit_sha === later?.before_sha ? 1 : 0;
}

function isEarlier(push: Push, other: Push): boolean {
  return other.pushed_at - push.pushed_at >= CLEARLY_MS;
}
