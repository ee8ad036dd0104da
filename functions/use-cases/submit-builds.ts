import { type Build, SLOT_STATES } from '#core/build.ts';
import { TransientError, UserError } from '#core/errors.ts';
import { exchangeToken } from '#core/ids.ts';
import type { Bus, Clock, CloudBuilds, Store } from '#core/ports.ts';
import type { Secret } from '#core/secret.ts';
import { chooseNext } from './choose-next.ts';
import { runEffects } from './run-effects.ts';

export interface SubmitDeps {
  readonly store: Pick<Store, 'builds' | 'queue'>;
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

/** How many queued builds one run looks at; more wait for the next one, which each finished build causes. */
const LOOK_AT = 200;

/**
 * Works the queue of a pool until nothing more can be started: gives new builds their place in the order of
 * pushes, claims as many as there are slots, and creates their Cloud Builds side by side.
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
  } finally {
    await deps.store.queue.release(pool, deps.holder);
  }
}

/** One look at the queue; true where something was started, so another look is worth it. */
async function round(deps: SubmitDeps, pool: string): Promise<boolean> {
  const [active, found] = await Promise.all([
    deps.store.builds.inStates(pool, SLOT_STATES, LOOK_AT),
    deps.store.builds.inStates(pool, ['queued'], LOOK_AT),
  ]);
  const queued: Build[] = [];
  for (const build of found) {
    queued.push(build.order === null ? await deps.store.queue.stamp(build, deps.holder, deps.now()) : build);
  }
  // Alone under the lease, so a build found in `submitting` is one whose submitter died or lost its answer.
  const orphans = active.filter((build) => build.status === 'submitting');
  const next = chooseNext(active, queued, deps.capacity - active.length);
  const ready = next.length === 0 ? [] : await deps.store.queue.claim(pool, next, deps.holder, deps.now());
  const results = await Promise.allSettled([
    ...orphans.map((build) => resume(deps, build)),
    ...ready.map((build) => create(deps, build)),
  ]);
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
  return ready.length > 0;
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
