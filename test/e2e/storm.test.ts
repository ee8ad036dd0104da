import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COLLECTIONS } from '#adapters/firestore/collections.ts';
import { firestoreStore } from '#adapters/firestore/index.ts';
import { Build, BuildStatus, isTerminal, SLOT_STATES } from '#core/build.ts';
import type { Store } from '#core/ports.ts';
import { pushPayload, StackClient } from '#local/client.ts';
import { emulatorFirestore } from '#local/emulator-firestore.ts';
import { readMachine } from '#local/machine.ts';
import { type Stack, startStack } from '#local/stack.ts';
import { manyCommits } from '#test/support/many-commits.ts';
import { memoryDir } from '#test/support/memory-dir.ts';
import { testRepository } from '#test/support/stack.ts';

const PUSHES = 500;
const WITHIN_MS = 30_000;
const OPEN = BuildStatus.options.filter((status) => !isTerminal(status));
/** More than two, so that a third build of the branch would find a slot. */
const CAPACITY = 4;
/** A build of any push but the last would never end by itself. */
const ENDLESS = 'FROM debian:bookworm-slim\nRUN sleep 600\n';
const LAST = 'FROM scratch\nCOPY Dockerfile /\n';

let stack: Stack;
let dataDir: string | undefined;
let firestore: ReturnType<typeof emulatorFirestore>;
beforeAll(async () => {
  dataDir = await memoryDir();
  const machine = await readMachine();
  stack = await startStack({ machine, capacity: CAPACITY, dataDir, log: () => undefined });
  firestore = emulatorFirestore(stack.info.projectId, stack.info.firestoreEmulatorHost);
});
afterAll(async () => {
  await firestore.terminate();
  await stack.stop();
  if (dataDir !== undefined) await rm(dataDir, { recursive: true, force: true });
});

test(`${PUSHES} pushes to a branch in ${WITHIN_MS / 1000} s: two builds at most, and the last commit is what is built`, {
  timeout: 600_000,
}, async () => {
  const store = firestoreStore(firestore);
  const client = new StackClient(stack.info);
  const { fullName, copy } = await testRepository(stack.info, { files: { Dockerfile: ENDLESS } });
  const commits = await manyCommits(copy, PUSHES, { Dockerfile: ENDLESS }, { Dockerfile: LAST });
  const watched = watchSlots(store);

  const push = async (nth: number) => {
    await sleep((nth * WITHIN_MS) / PUSHES);
    const [before = null, after = null] = [commits[nth - 1], commits[nth]];
    return client.deliver('push', pushPayload({ fullName, ref: 'refs/heads/main', before, after }));
  };
  const begin = Date.now();
  const answers = await Promise.all(commits.map((_, nth) => push(nth)));
  const sentMs = Date.now() - begin;
  expect(answers.filter(({ status }) => status !== 202)).toEqual([]);

  const toCome = async () => [
    ...(await store.deliveries.undecided(Date.now(), 1)).map(({ id }) => id),
    ...(await store.builds.inStates('default', OPEN, 1)).map(({ id }) => id),
  ];
  await expect.poll(toCome, { timeout: 400_000, interval: 500 }).toEqual([]);
  const mostSeen = await watched.stop();
  const builds = await buildsOf(fullName);
  const started = builds.filter(({ submitting_at }) => submitting_at !== null);
  const restMs = Date.now() - begin - sentMs;
  console.log(`sent in ${sentMs} ms, at rest ${restMs} ms later, ${started.length} builds were started`);

  const byCommit = new Map(builds.map((build) => [build.commit_sha, build]));
  const last = byCommit.get(commits.at(-1) ?? '');
  expect(last).toMatchObject({ status: 'succeeded', moved_tags: expect.arrayContaining(['latest']) });
  const older = commits.slice(0, -1).map((commit) => byCommit.get(commit));
  const otherwise = older.filter(
    (build) => build?.status !== 'cancelled' || build.reason !== 'superseded' || !build.superseded_by,
  );
  expect(otherwise).toEqual([]);
  expect(builds).toHaveLength(PUSHES);
  expect(mostSeen).toBeLessThanOrEqual(2);
  expect(mostByTheirTimes(started)).toBeLessThanOrEqual(2);
});

/** Looks who holds a slot, all the time. A listener would do it without a pause, and costs the emulator its memory. */
function watchSlots(store: Store) {
  let most = 0;
  let stopped = false;
  const watching = (async () => {
    while (!stopped) {
      most = Math.max(most, (await store.builds.inStates('default', SLOT_STATES, 9)).length);
      await sleep(50);
    }
  })();
  const stop = async () => {
    stopped = true;
    await watching;
    return most;
  };
  return { stop };
}

async function buildsOf(fullName: string): Promise<Build[]> {
  const found = await firestore.collection(COLLECTIONS.builds).where('repository', '==', fullName).get();
  return found.docs.map((document) => Build.parse(document.data()));
}

/** How many held a slot at once, from claim to promotion or end, by the documents' own times. */
function mostByTheirTimes(builds: readonly Build[]): number {
  const changes = builds.flatMap(({ submitting_at, promoting_at, finished_at }) => [
    { at: submitting_at ?? 0, by: 1 },
    { at: promoting_at ?? finished_at ?? 0, by: -1 },
  ]);
  let held = 0;
  let most = 0;
  for (const { by } of changes.toSorted((a, b) => a.at - b.at || a.by - b.by)) {
    held += by;
    most = Math.max(most, held);
  }
  return most;
}
