import { type Build, SLOT_STATES } from '#core/build.ts';
import { TransientError } from '#core/errors.ts';
import { groupAfter } from '#core/groups.ts';
import { DOUBT_MS, isInDoubt, placeBefore, placeOf, REMEMBERED_PUSHES } from '#core/order.ts';
import type { Queue } from '#core/ports.ts';
import { transition } from '#core/transition.ts';
import { servedAfter } from '#core/turns.ts';
import { type Pool, type State, step } from './state.ts';

const NEW_POOL: Pool = { holder: null, leaseUntil: 0, nextOrder: 1, served: [], usualMs: null };

export function memoryQueue(state: State): Queue {
  const { pools } = state;
  return {
    lease: (pool, holder, now, ttlMs) =>
      step(state, () => {
        const known = pools.get(pool) ?? NEW_POOL;
        if (known.holder !== null && known.holder !== holder && known.leaseUntil > now) return false;
        pools.set(pool, { ...known, holder, leaseUntil: now + ttlMs });
        return true;
      }),
    release: (pool, holder) =>
      step(state, () => {
        const known = pools.get(pool);
        if (known?.holder === holder) pools.set(pool, { ...known, holder: null, leaseUntil: 0 });
      }),
    state: (pool) =>
      step(state, () => {
        const { served, usualMs } = pools.get(pool) ?? NEW_POOL;
        return { served, usualMs };
      }),
    unplaced: (pool, limit) =>
      step(state, () =>
        queued(state, pool)
          .filter(({ order }) => order === null)
          .toSorted((a, b) => a.pushed_at - b.pushed_at || (a.id < b.id ? -1 : 1))
          .slice(0, limit),
      ),
    ofTeam: (pool, team, limit) =>
      step(state, () =>
        queued(state, pool)
          .filter((build) => build.team === team)
          .toSorted(byPlace)
          .slice(0, limit),
      ),
    depth: (pool) =>
      step(state, () => {
        const waiting = queued(state, pool).map(({ queued_at }) => queued_at);
        const holds = (build: Build) => build.pool === pool && SLOT_STATES.includes(build.status);
        const running = [...state.builds.values()].filter(holds).length;
        return { queued: waiting.length, running, oldestQueuedAt: waiting.sort((a, b) => a - b)[0] ?? null };
      }),
    count: (pool, team) =>
      step(state, () => queued(state, pool).filter((build) => build.team === team).length),
    firstOfTeams: (pool, perTeam, mayStart) =>
      step(state, () => {
        const placed = queued(state, pool)
          .filter(({ order }) => order !== null)
          .toSorted(byPlace);
        const teams = [...Map.groupBy(placed, ({ team }) => team)].toSorted(([a], [b]) => (a < b ? -1 : 1));
        return teams.flatMap(([, builds]) => {
          const first: Build[] = [];
          for (const build of builds) {
            if (first.length < perTeam && mayStart(build, first)) first.push(build);
          }
          return first;
        });
      }),
    stamp: (build, holder, now) => step(state, () => stamp(state, build, holder, now)),
    unsettled: (pool, limit) =>
      step(state, () =>
        [...state.groups.values()]
          .filter((group) => group.pool === pool && group.unsettled)
          .toSorted((a, b) => (a.id < b.id ? -1 : 1))
          .slice(0, limit),
      ),
    settle: (seen) =>
      step(state, () => {
        const known = state.groups.get(seen.id);
        if (known?.marks === seen.marks) state.groups.set(seen.id, { ...known, unsettled: false });
      }),
    claim: (pool, builds, holder, now) => step(state, () => claim(state, pool, builds, holder, now)),
    placeOfNow: (pool) => step(state, () => placeBefore((pools.get(pool) ?? NEW_POOL).nextOrder)),
  };
}

const queued = (state: State, pool: string): Build[] =>
  [...state.builds.values()].filter((build) => build.pool === pool && build.status === 'queued');

/** Those without a place first, as Firestore sorts null. */
const byPlace = (a: Build, b: Build): number =>
  (a.order ?? Number.NEGATIVE_INFINITY) - (b.order ?? Number.NEGATIVE_INFINITY) || (a.id < b.id ? -1 : 1);

/** The pool, if it is still this holder's. */
export function heldPool(state: State, name: string, holder: string): Pool {
  const pool = state.pools.get(name);
  if (pool?.holder !== holder) throw new TransientError('the lease of the pool went to another submitter');
  return pool;
}

function claim(state: State, pool: string, builds: readonly Build[], holder: string, at: number): Build[] {
  const known = heldPool(state, pool, holder);
  const claimed = builds.flatMap(({ id }) => {
    const build = state.builds.get(id);
    const outcome = build && transition(build, { type: 'claimed', at });
    if (outcome?.kind !== 'applied') return [];
    state.builds.set(id, outcome.build);
    return [outcome.build];
  });
  const served = servedAfter(
    known.served,
    claimed.map(({ team }) => team),
  );
  state.pools.set(pool, { ...known, served });
  return claimed;
}

function stamp(state: State, given: Build, holder: string, now: number): Build {
  const pool = heldPool(state, given.pool, holder);
  const build = state.builds.get(given.id);
  if (!build) throw new Error(`the build ${given.id} is gone`);
  const refKey = JSON.stringify([build.repository_id, build.image.name, build.ref]);
  const recent = state.refs.get(refKey) ?? [];
  const push = { before_sha: build.before_sha, commit_sha: build.commit_sha, pushed_at: build.pushed_at };
  const young = now < build.created_at + DOUBT_MS;
  if (build.ref !== null && young && isInDoubt(push, recent)) return build;
  const order = build.ref === null ? pool.nextOrder : placeOf(push, recent, pool.nextOrder);
  const outcome = transition(build, { type: 'stamped', at: now, order });
  if (outcome.kind !== 'applied') return build;
  state.builds.set(build.id, outcome.build);
  const group = groupAfter(state.groups.get(build.concurrency?.group ?? '') ?? null, outcome.build);
  if (group) state.groups.set(group.id, group);
  if (order === pool.nextOrder) state.pools.set(given.pool, { ...pool, nextOrder: pool.nextOrder + 1 });
  if (build.ref !== null) state.refs.set(refKey, [...recent, { ...push, order }].slice(-REMEMBERED_PUSHES));
  return outcome.build;
}
