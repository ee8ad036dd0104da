import { FieldPath, type Firestore, type Query, type Transaction } from '@google-cloud/firestore';
import { Build, type BuildStatus, type Effect } from '#core/build.ts';
import { UserError } from '#core/errors.ts';
import type { BuildEvent } from '#core/events.ts';
import type { Applied, Builds, Page } from '#core/ports.ts';
import { movedTags, TagDocument, tagId } from '#core/tags.ts';
import { transition } from '#core/transition.ts';
import { COLLECTIONS } from './collections.ts';
import { createDocument, guarded, parseDocument } from './documents.ts';

/** Build documents. Their effects are counted beside them (`owes`), since Firestore cannot ask for a non-empty array. */
export function firestoreBuilds(firestore: Firestore): Builds {
  const builds = firestore.collection(COLLECTIONS.builds);
  return {
    create: (build) => createDocument(firestore, `${COLLECTIONS.builds}/${build.id}`, stored(build)),
    get: (id) => guarded(async () => parseDocument(Build, await builds.doc(id).get())),
    list: (team, page) => guarded(() => listPage(firestore, team, page)),
    apply: (id, event) =>
      guarded(() => firestore.runTransaction((transaction) => apply(firestore, transaction, id, event))),
    clearEffect: (id, effect) =>
      guarded(() =>
        firestore.runTransaction((transaction) => clearEffect(firestore, transaction, id, effect)),
      ),
    inStates: (pool, states, limit) =>
      find(builds.where('pool', '==', pool).where('status', 'in', states).orderBy('pushed_at').limit(limit)),
    withEffects: (before, limit) =>
      find(
        builds.where('owes', '==', true).where('updated_at', '<', before).orderBy('updated_at').limit(limit),
      ),
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

function stored(build: Build) {
  return { ...build, owes: build.effects.length > 0 };
}

function find(query: Query): Promise<Build[]> {
  return guarded(async () => (await query.get()).docs.map((doc) => Build.parse(doc.data())));
}

/** Newest first; the cursor is `created_at` and id of the last one shown. */
async function listPage(
  firestore: Firestore,
  team: string,
  page: { limit: number; after: string | null },
): Promise<Page<Build>> {
  let query = firestore
    .collection(COLLECTIONS.builds)
    .where('team', '==', team)
    .orderBy('created_at', 'desc')
    .orderBy(FieldPath.documentId(), 'desc');
  if (page.after !== null) {
    const match = /^([0-9]{1,15})\.([A-Za-z0-9-]{1,64})$/.exec(page.after);
    if (!match?.[1] || !match[2])
      throw new UserError('invalid_request', 'the cursor is not one that a page gave');
    query = query.startAfter(Number(match[1]), match[2]);
  }
  const snapshot = await query.limit(page.limit + 1).get();
  const items = snapshot.docs.slice(0, page.limit).map((doc) => Build.parse(doc.data()));
  const last = items.at(-1);
  const more = snapshot.docs.length > page.limit && last !== undefined;
  return { items, next: more ? `${last.created_at}.${last.id}` : null };
}

/** The callback of a transaction may run several times: it reads, decides and writes, nothing else. */
async function apply(
  firestore: Firestore,
  transaction: Transaction,
  id: string,
  event: BuildEvent,
): Promise<Applied> {
  const reference = firestore.collection(COLLECTIONS.builds).doc(id);
  const build = parseDocument(Build, await transaction.get(reference));
  if (build === null) throw new UserError('not_found', `there is no build ${id}`);
  const outcome = transition(build, event);
  if (outcome.kind !== 'applied') return { outcome, build };
  const entered = outcome.build.status === 'promoting' && build.status !== 'promoting';
  const moved = entered ? await tagsMovedBy(firestore, transaction, outcome.build) : [];
  const next = entered ? { ...outcome.build, moved_tags: moved.map(({ tag }) => tag) } : outcome.build;
  for (const tag of moved) {
    transaction.set(firestore.collection(COLLECTIONS.tags).doc(tagId(tag.image, tag.tag)), tag);
  }
  transaction.set(reference, stored(next));
  return { outcome: { ...outcome, build: next }, build: next };
}

async function tagsMovedBy(
  firestore: Firestore,
  transaction: Transaction,
  build: Build,
): Promise<TagDocument[]> {
  const tags = firestore.collection(COLLECTIONS.tags);
  const snapshots = await transaction.getAll(
    ...build.image.tags.map((tag) => tags.doc(tagId(build.image.name, tag))),
  );
  const current = new Map(
    build.image.tags.map((tag, index) => {
      const snapshot = snapshots[index];
      return [tag, snapshot ? parseDocument(TagDocument, snapshot) : null] as const;
    }),
  );
  return movedTags(build, current);
}

async function clearEffect(
  firestore: Firestore,
  transaction: Transaction,
  id: string,
  effect: Effect,
): Promise<void> {
  const reference = firestore.collection(COLLECTIONS.builds).doc(id);
  const build = parseDocument(Build, await transaction.get(reference));
  if (build === null) return;
  const effects = build.effects.filter((other) => JSON.stringify(other) !== JSON.stringify(effect));
  transaction.update(reference, { effects, owes: effects.length > 0 });
}
