import { type Build, SLOT_STATES } from '#core/build.ts';
import { TransientError, UserError } from '#core/errors.ts';
import { exchangeToken } from '#core/ids.ts';
import type { Bus, Clock, CloudBuilds, Store } from '#core/ports.ts';
import type { Secret } from '#core/secret.ts';
import { chooseNext, countByTeam, slotLimits } from '#core/turns.ts';
import { limitsOf } from './limits-of.ts';
import { runEffects } from './run-effects.ts';

export interface SubmitDeps {
  readonly store: Pick<Store, 'builds' | 'queue' | 'stats' | 'teams'>;
  readonly bus: Bus;
  readonly cloudBuilds: CloudBuilds;
  readonly now: Clock;
  readonly exchangeKey: Secret;
  /** How many Cloud Builds of the pool run at once. */
  readonly capacity: number;
  readonly leaseMs: number;
  /** Names this process among others that may want the lease. */
  readonly holder: string;
}

/** More than a pool has slots. */
const ALL_ACTIVE = 200;
/** How many new builds get their places in one round, before it gives slots to those that have theirs. */
const PLACED_AT_ONCE = 200;

/** How many builds that ended are counted in one step. */
const COUNTED_AT_ONCE = 50;

/**
 * Works the queue of a pool until nothing more can be started: gives new builds their place in the order of
 * pushes, claims as many as there are slots, and creates their Cloud Builds side by side. Then it counts the builds
 * that ended: nobody waits for that, and alone it has the counters to itself.
 *
 * Runs alone under a lease. Throws TransientError where another has it: the message comes again, so a build
 * that was created while the other finished its last look is not left behind.
 */
export async function submitBuilds(deps: SubmitDeps, pool: string): Promise<void> {
  if (!(await deps.store.queue.lease(pool, deps.holder, deps.now(), deps.leaseMs))) {
    throw new TransientError(`another submitter holds the lease of pool ${pool}`);
  }
  try {
    while (await round(deps, pool)) {
      if (!(await deps.store.queue.lease(pool, deps.holder, deps.now(), deps.leaseMs))) return;
    }
    let counted: number;
    do counted = await deps.store.stats.count(pool, deps.holder, COUNTED_AT_ONCE);
    while (counted === COUNTED_AT_ONCE);
  } finally {
    await deps.store.queue.release(pool, deps.holder);
  }
}

/** One look at the queue; true where another look is worth it: something was started, or there is more to place. */
async function round(deps: SubmitDeps, pool: string): Promise<boolean> {
  const [active, unplaced] = await Promise.all([
    deps.store.builds.inStates(pool, SLOT_STATES, ALL_ACTIVE),
    deps.store.queue.unplaced(pool, PLACED_AT_ONCE),
  ]);
  for (const build of unplaced) await deps.store.queue.stamp(build, deps.holder, deps.now());
  // Alone under the lease, so a build found in `submitting` is one whose submitter died or lost its answer.
  const orphans = active.filter((build) => build.status === 'submitting');
  const next = await choose(deps, pool, active);
  const ready = next.length === 0 ? [] : await deps.store.queue.claim(pool, next, deps.holder, deps.now());
  const results = await Promise.allSettled([
    ...orphans.map((build) => resume(deps, build)),
    ...ready.map((build) => create(deps, build)),
  ]);
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
  return ready.length > 0 || unplaced.length === PLACED_AT_ONCE;
}

/**
 * The builds that get the free slots. Every team that waits is looked at, however much another one has waiting:
 * of each, as many builds as there are slots.
 */
async function choose(deps: SubmitDeps, pool: string, active: readonly Build[]): Promise<Build[]> {
  const slots = deps.capacity - active.length;
  if (slots <= 0) return [];
  const queued = await deps.store.queue.firstOfTeams(pool, slots);
  if (queued.length === 0) return [];
  const [{ served }, limits] = await Promise.all([
    deps.store.queue.state(pool),
    limitsOf(deps.store.teams, new Set(queued.map(({ team }) => team))),
  ]);
  return chooseNext({ held: countByTeam(active), served, limits: slotLimits(limits) }, queued, slots);
}

/** After doubt: adopt what a predecessor created, else create again. The exchange lets only one of two pass. */
async function resume(deps: SubmitDeps, build: Build): Promise<void> {
  const [existing] = await deps.cloudBuilds.ofAttempt(build.id, build.attempt);
  if (existing) return adopt(deps, build, existing);
  return create(deps, build);
}

async function create(deps: SubmitDeps, build: Build): Promise<void> {
  const { id: buildId, attempt, timeout_s: timeoutS, machine_type: machineType } = build;
  const token = exchangeToken(deps.exchangeKey, buildId, attempt);
  try {
    const created = await deps.cloudBuilds.create({
      buildId,
      attempt,
      exchangeToken: token,
      timeoutS,
      machineType,
    });
    await adopt(deps, build, created);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const event = { type: 'submit_refused', at: deps.now(), attempt, message: error.message } as const;
    const { build: refused } = await deps.store.builds.apply(buildId, event);
    await runEffects(deps, refused);
  }
}

async function adopt(deps: SubmitDeps, build: Build, cloudBuild: { readonly id: string }): Promise<void> {
  const event = { at: deps.now(), attempt: build.attempt, cloud_build_id: cloudBuild.id };
  const { build: submitted } = await deps.store.builds.apply(build.id, {
    type: 'cloud_build_created',
    ...event,
  });
  await runEffects(deps, submitted);
}
