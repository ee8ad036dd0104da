import { setTimeout as sleep } from 'node:timers/promises';
import { Build, isTerminal, SLOT_STATES } from '#core/build.ts';
import { TagDocument } from '#core/tags.ts';
import { NEXT } from '../watch.ts';
import { CAPACITY } from './limits.ts';
import { queries } from './look.ts';
import type { Run } from './run.ts';
import type { RealStack } from './stack.ts';

/**
 * Follows the documents of a run as they change: what must hold at any time. A listener may skip a state that
 * was left at once, so a state must be one that could be reached.
 * @param onState told of every state that is seen of a build; `nth` is the build's number.
 * @returns what ends it.
 */
export function watch(
  { firestore }: RealStack,
  run: Run,
  repositories: readonly string[],
  onState: (build: Build, nth: number) => void,
): () => void {
  const { builds, tags } = queries(firestore, repositories);
  const known = new Map<string, Build>();
  const bound = new Map<string, string>();
  const knownTags = new Map<string, TagDocument>();
  const onError = (error: Error) => run.broken(`the documents cannot be watched: ${error.message}`);
  const endBuilds = builds.onSnapshot((snapshot) => {
    for (const { doc } of snapshot.docChanges()) {
      const build = Build.parse(doc.data());
      const before = known.get(build.id) ?? null;
      known.set(build.id, build);
      if (before !== null) compare(run, before, build);
      compareBound(run, bound, build);
      if (before?.status === build.status) continue;
      run.note('store', `${build.id} is ${build.status}`, build.error?.code ?? build.reason ?? '');
      onState(build, [...known.keys()].indexOf(build.id));
    }
    const held = [...known.values()].filter(({ status }) => SLOT_STATES.includes(status)).length;
    if (held > CAPACITY) run.broken(`${held} builds hold the pool's ${CAPACITY} slots`);
  }, onError);
  const endTags = tags.onSnapshot((snapshot) => {
    for (const { doc } of snapshot.docChanges()) {
      const after = TagDocument.parse(doc.data());
      const before = knownTags.get(doc.id);
      knownTags.set(doc.id, after);
      const what = `${after.image}:${after.tag}`;
      if (before?.digest !== after.digest) run.note('store', `${what} is to be`, after.digest ?? 'gone');
      const [had, has] = [before?.candidates[0], after.candidates[0]];
      if (had === undefined || has === undefined || has.order >= had.order) continue;
      if (known.get(had.build_id ?? '')?.status === 'failed') continue;
      // the two listeners are not in step: what its build came to may come a moment later
      const look = async () => {
        await sleep(1000);
        if (known.get(had.build_id ?? '')?.status !== 'failed')
          run.broken(`the document of ${what} went back from ${had.order} to ${has.order}`);
      };
      run.track('a look at a tag', look());
    }
  }, onError);
  return () => {
    endBuilds();
    endTags();
  };
}

function compare(run: Run, before: Build, build: Build): void {
  const { id } = build;
  if (!reachable(before.status).has(build.status))
    run.broken(`${id} went from ${before.status} to ${build.status}`);
  if (build.attempt < before.attempt) run.broken(`${id} went back to attempt ${build.attempt}`);
  if (before.order !== null && before.order !== build.order)
    run.broken(`${id} changed its place in the order of pushes`);
  if (!isTerminal(before.status)) return;
  if (JSON.stringify(before.result) !== JSON.stringify(build.result))
    run.broken(`${id} ended, and got another result`);
  const replaced = before.error?.source === 'cloud_build' && build.error?.source === 'builder';
  if (JSON.stringify(before.error) !== JSON.stringify(build.error) && !replaced)
    run.broken(`${id} ended, and got another error`);
}

function compareBound(run: Run, known: Map<string, string>, build: Build): void {
  if (!build.bound || build.cloud_build_id === null) return;
  const key = `${build.id} attempt ${build.attempt}`;
  const first = known.get(key) ?? build.cloud_build_id;
  known.set(key, first);
  if (first !== build.cloud_build_id) run.broken(`${key}: bound to ${first} and to ${build.cloud_build_id}`);
}

/** The states that may follow one, at once or later, and itself. */
function reachable(from: Build['status']): ReadonlySet<Build['status']> {
  const found = new Set([from]);
  for (const status of found) for (const next of NEXT[status]) found.add(next);
  return found;
}
