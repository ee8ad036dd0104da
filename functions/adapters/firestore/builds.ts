import type { DocumentSnapshot, Firestore, Query, WhereFilterOp } from '@google-cloud/firestore';
import { Build, type BuildStatus, type Effect, isTerminal } from '#core/build.ts';
import { TransientError, UserError } from '#core/errors.ts';
import type { BuildEvent } from '#core/events.ts';
import type { Applied, BuildFilters, Builds } from '#core/ports.ts';
import { concernsTags, type Destination, destinationOf, TagDocument, tagChanges } from '#core/tags.ts';
import { transition } from '#core/transition.ts';
import { COLLECTIONS } from './collections.ts';
import { compareAndSet, type Decision, type Write } from './compare-and-set.ts';
import { createDocument, guarded, parseDocument } from './documents.ts';
import { newestFirst } from './page.ts';
import { storedTag, tagReference } from './tags.ts';

const BY_CREATION = {
  field: 'created_at',
  placeOf: (build: Build) => ({ at: build.created_at, id: build.id }),
};

/** Build documents. What can only be asked for that way is kept beside them (`buildDocument`): Firestore cannot ask for a non-empty array. */
export function firestoreBuilds(firestore: Firestore): Builds {
  const builds = firestore.collection(COLLECTIONS.builds);
  return {
    create: (build) =>
      createDocument(firestore, `${COLLECTIONS.builds}/${build.id}`, buildDocument(build, null)),
    get: (id) => guarded(async () => parseDocument(Build, await builds.doc(id).get())),
    list: (team, filters, page) =>
      newestFirst(filtered(builds.where('team', '==', team), filters), Build, BY_CREATION, page),
    startingWith: (team, prefix, limit) => {
      const mine = builds.where('team', '==', team);
      // `~` comes after every letter and digit that an id may have
      return find(mine.where('id', '>=', prefix).where('id', '<', `${prefix}~`).orderBy('id').limit(limit));
    },
    apply: (id, event) => apply(firestore, id, event),
    clearEffect: (id, effect, asOf) => clearEffect(firestore, id, effect, asOf),
    inStates: (pool, states, limit) =>
      find(builds.where('pool', '==', pool).where('status', 'in', states).orderBy('pushed_at').limit(limit)),
    ofConnection: (connectionId, states, limit) =>
      find(builds.where('connection_id', '==', connectionId).where('status', 'in', states).limit(limit)),
    openOfGroup: (group, before, limit) => {
      const open = builds.where('concurrency.group', '==', group).where('finished_at', '==', null);
      const wanted = before === null ? open : open.where('order', '<', before);
      return find(wanted.orderBy('order', 'desc').limit(limit));
    },
    ofCommit: (connectionId, commitSha, limit) => {
      const made = builds.where('connection_id', '==', connectionId).where('commit_sha', '==', commitSha);
      return find(made.orderBy('created_at', 'desc').limit(limit));
    },
    withEffects: (before, limit) =>
      find(
        builds.where('owes', '==', true).where('updated_at', '<', before).orderBy('updated_at').limit(limit),
      ),
    releasing: (destination, digest, limit) =>
      find(releasedAt(builds, destination, digest).where('status', '==', 'promoting').limit(limit)),
    firstAt: async (destination, digest) => {
      const made = releasedAt(builds, destination, digest).where('status', '==', 'succeeded');
      const [first] = await find(made.orderBy('created_at').limit(1));
      return first ?? null;
    },
    expiring: (now, limit) => find(builds.where('expires_at', '<', now).orderBy('expires_at').limit(limit)),
    clearExpiry: (id) => {
      const reference = builds.doc(id);
      return compareAndSet(firestore, [reference], ([snapshot]) => {
        const writes = snapshot?.exists ? [{ reference, data: { expires_at: null } }] : [];
        return { writes, result: undefined };
      });
    },
    stale: (states: readonly BuildStatus[], before, limit) =>
      find(
        builds
          .where('status', 'in', states)
          .where('updated_at', '<', before)
          .orderBy('updated_at')
          .limit(limit),
      ),
  };
}

/** Each combination of filters has an index of its own: see docs/decisions/0017. */
function filtered(all: Query, filters: BuildFilters): Query {
  const { repositoryId, statuses, ref, builderType, since } = filters;
  const wanted: readonly (readonly [string, WhereFilterOp, unknown])[] = [
    ['repository_id', '==', repositoryId],
    ['status', 'in', statuses],
    ['ref', '==', ref],
    ['shown_builder', '==', builderType],
    ['created_at', '>=', since],
  ];
  return wanted.reduce(
    (query, [field, operator, value]) => (value === null ? query : query.where(field, operator, value)),
    all,
  );
}

/** The builds that release a digest to a destination, or did. */
function releasedAt(builds: Query, { team, registry, name }: Destination, digest: string): Query {
  return builds
    .where('team', '==', team)
    .where('image.registry', '==', registry)
    .where('image.name', '==', name)
    .where('result.index_digest', '==', digest);
}

/**
 * A build with what can only be asked for where it is stored beside it. That it is not counted is marked once,
 * when it ends (stats.ts clears it).
 */
export function buildDocument(build: Build, before: Build | null) {
  const ends = isTerminal(build.status) && !(before && isTerminal(before.status));
  return {
    ...Build.parse(build),
    owes: build.effects.length > 0,
    shown_builder: build.builder_type ?? build.requested_builder,
    ...(ends && { uncounted: true }),
  };
}

function find(query: Query): Promise<Build[]> {
  return guarded(async () => (await query.get()).docs.map((doc) => Build.parse(doc.data())));
}

/**
 * The event, and the tags that it moves, in one step. An event that changes nothing is told from one read,
 * without a write: most messages that come doubled or late end here.
 */
async function apply(firestore: Firestore, id: string, event: BuildEvent): Promise<Applied> {
  const reference = firestore.collection(COLLECTIONS.builds).doc(id);
  const read = await guarded(() => reference.get());
  const first = parseDocument(Build, read);
  if (first === null) throw new UserError('not_found', `there is no build ${id}`);
  const tags = first.image.tags.map((tag) => tagReference(firestore, destinationOf(first), tag));
  const outcome = transition(first, event);
  if (outcome.kind !== 'applied') return { outcome, before: first, build: first };
  // The tags that a build names never change; they are read only where the event concerns them.
  const concerned = concernsTags(first, outcome.build);
  const decideOn = ([snapshot, ...found]: readonly DocumentSnapshot[]) => {
    const build = snapshot && parseDocument(Build, snapshot);
    if (!build) throw new UserError('not_found', `there is no build ${id}`);
    return decide(firestore, build, event, found);
  };
  if (concerned) return compareAndSet(firestore, [reference, ...tags], decideOn);
  return compareAndSet(firestore, [reference], decideOn, [read]);
}

function decide(
  firestore: Firestore,
  build: Build,
  event: BuildEvent,
  found: readonly DocumentSnapshot[],
): Decision<Applied> {
  const outcome = transition(build, event);
  if (outcome.kind !== 'applied') return { writes: [], result: { outcome, before: build, build } };
  const concerned = concernsTags(build, outcome.build);
  if (concerned && found.length === 0) throw new TransientError(`the build ${build.id} moved on; once more`);
  const { tags } = build.image;
  const current = new Map(
    tags.map((tag, index) => [tag, found[index] ? parseDocument(TagDocument, found[index]) : null]),
  );
  const changes = concerned ? tagChanges(outcome.build, current) : { write: [], remove: [], moved: [] };
  const next = concerned ? { ...outcome.build, moved_tags: [...changes.moved] } : outcome.build;
  const of = (tag: string) => tagReference(firestore, destinationOf(build), tag);
  const writes: Write[] = [
    { reference: firestore.collection(COLLECTIONS.builds).doc(build.id), data: buildDocument(next, build) },
    ...changes.write.map((document) => ({ reference: of(document.tag), data: storedTag(document) })),
    ...changes.remove.map((tag) => ({ reference: of(tag), data: null })),
  ];
  return { writes, result: { outcome: { ...outcome, build: next }, before: build, build: next } };
}

function clearEffect(firestore: Firestore, id: string, effect: Effect, asOf?: number): Promise<void> {
  const reference = firestore.collection(COLLECTIONS.builds).doc(id);
  return compareAndSet(firestore, [reference], ([snapshot]) => {
    const build = snapshot && parseDocument(Build, snapshot);
    if (asOf !== undefined && build?.updated_at !== asOf) return { writes: [], result: undefined };
    const effects = build?.effects.filter((other) => JSON.stringify(other) !== JSON.stringify(effect));
    if (!effects || effects.length === build?.effects.length) return { writes: [], result: undefined };
    return { writes: [{ reference, data: { effects, owes: effects.length > 0 } }], result: undefined };
  });
}
