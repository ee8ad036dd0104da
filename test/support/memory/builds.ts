import { Build, isTerminal } from '#core/build.ts';
import { UserError } from '#core/errors.ts';
import type { BuildEvent } from '#core/events.ts';
import type { Applied, BuildFilters, Builds } from '#core/ports.ts';
import {
  concernsTags,
  type Destination,
  destinationOf,
  type TagChanges,
  tagChanges,
  tagId,
} from '#core/tags.ts';
import { transition } from '#core/transition.ts';
import { newestFirst } from './page.ts';
import { createIn, type State, step } from './state.ts';

export function memoryBuilds(state: State): Builds {
  const { builds } = state;
  const found = (wanted: (build: Build) => boolean, by: 'pushed_at' | 'updated_at', limit: number) =>
    step(state, () =>
      [...builds.values()]
        .filter(wanted)
        .toSorted((a, b) => a[by] - b[by] || (a.id < b.id ? -1 : 1))
        .slice(0, limit),
    );
  return {
    create: (build) =>
      step(state, () => {
        const created = createIn(builds, build.id, Build.parse(build));
        if (created === 'created' && isTerminal(build.status)) state.uncounted.add(build.id);
        return created;
      }),
    get: (id) => step(state, () => builds.get(id) ?? null),
    list: (team, filters, page) =>
      step(state, () =>
        newestFirst(
          [...builds.values()].filter((build) => build.team === team && isWanted(build, filters)),
          (build) => ({ at: build.created_at, id: build.id }),
          page,
        ),
      ),
    startingWith: (team, prefix, limit) =>
      step(state, () =>
        [...builds.values()]
          .filter((build) => build.team === team && build.id.startsWith(prefix))
          .toSorted((a, b) => (a.id < b.id ? -1 : 1))
          .slice(0, limit),
      ),
    apply: (id, event) => step(state, () => apply(state, id, structuredClone(event))),
    clearEffect: (id, effect, asOf) =>
      step(state, () => {
        const build = builds.get(id);
        if (!build || (asOf !== undefined && build.updated_at !== asOf)) return;
        const done = JSON.stringify(effect);
        builds.set(id, {
          ...build,
          effects: build.effects.filter((other) => JSON.stringify(other) !== done),
        });
      }),
    inStates: (pool, states, limit) =>
      found((build) => build.pool === pool && states.includes(build.status), 'pushed_at', limit),
    ofConnection: (connectionId, states, limit) =>
      found(
        (build) => build.connection_id === connectionId && states.includes(build.status),
        'updated_at',
        limit,
      ),
    openOfGroup: (group, before, limit) =>
      step(state, () =>
        [...builds.values()]
          .filter(({ concurrency, finished_at }) => concurrency?.group === group && finished_at === null)
          .filter(({ order }) => before === null || (order !== null && order < before))
          .toSorted((a, b) => placeIn(b) - placeIn(a) || (a.id < b.id ? 1 : -1))
          .slice(0, limit),
      ),
    ofCommit: (connectionId, commitSha, limit) =>
      step(state, () =>
        [...builds.values()]
          .filter((build) => build.connection_id === connectionId && build.commit_sha === commitSha)
          .toSorted((a, b) => b.created_at - a.created_at || (a.id < b.id ? 1 : -1))
          .slice(0, limit),
      ),
    withEffects: (before, limit) =>
      found((build) => build.effects.length > 0 && build.updated_at < before, 'updated_at', limit),
    releasing: (destination, digest, limit) =>
      found((build) => build.status === 'promoting' && isAt(build, destination, digest), 'pushed_at', limit),
    firstAt: (destination, digest) =>
      step(
        state,
        () =>
          [...builds.values()]
            .filter((build) => build.status === 'succeeded' && isAt(build, destination, digest))
            .toSorted((a, b) => a.created_at - b.created_at)[0] ?? null,
      ),
    expiring: (now, limit) =>
      step(state, () =>
        [...builds.values()]
          .filter(({ expires_at }) => expires_at !== null && expires_at < now)
          .toSorted((a, b) => (a.expires_at ?? 0) - (b.expires_at ?? 0))
          .slice(0, limit),
      ),
    clearExpiry: (id) =>
      step(state, () => {
        const build = builds.get(id);
        if (build) builds.set(id, { ...build, expires_at: null });
      }),
    stale: (states, before, limit) =>
      found((build) => states.includes(build.status) && build.updated_at < before, 'updated_at', limit),
  };
}

/** Those without a place come after all others where the latest is first, as Firestore sorts null. */
const placeIn = (build: Build): number => build.order ?? Number.MIN_SAFE_INTEGER;

function isWanted(build: Build, filters: BuildFilters): boolean {
  const { repositoryId, statuses, ref, builderType, since } = filters;
  return (
    (repositoryId === null || build.repository_id === repositoryId) &&
    (statuses === null || statuses.includes(build.status)) &&
    (ref === null || build.ref === ref) &&
    (builderType === null || (build.builder_type ?? build.requested_builder) === builderType) &&
    (since === null || build.created_at >= since)
  );
}

/** Whether a build releases a digest to a destination, or did. */
function isAt(build: Build, { team, registry, name }: Destination, digest: string): boolean {
  const { image, result } = build;
  const there = build.team === team && image.registry === registry && image.name === name;
  return there && result?.index_digest === digest;
}

/** The event and the tags that it moves, in one step. */
function apply(state: State, id: string, event: BuildEvent): Applied {
  const build = state.builds.get(id);
  if (!build) throw new UserError('not_found', `there is no build ${id}`);
  const outcome = transition(structuredClone(build), event);
  if (outcome.kind !== 'applied') return { outcome, before: build, build };
  const changes = concernsTags(build, outcome.build) ? changeTags(state, outcome.build) : null;
  const next = changes ? { ...outcome.build, moved_tags: [...changes.moved] } : outcome.build;
  state.builds.set(id, Build.parse(next));
  if (isTerminal(next.status) && !isTerminal(build.status)) state.uncounted.add(id);
  return { outcome: { ...outcome, build: next }, before: build, build: next };
}

function changeTags(state: State, build: Build): TagChanges {
  const idOf = (tag: string) => tagId(destinationOf(build), tag);
  const current = new Map(build.image.tags.map((tag) => [tag, state.tags.get(idOf(tag)) ?? null]));
  const changes = tagChanges(build, current);
  for (const document of changes.write) state.tags.set(idOf(document.tag), structuredClone(document));
  for (const tag of changes.remove) state.tags.delete(idOf(tag));
  return changes;
}
