import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { COLLECTIONS } from '#adapters/firestore/collections.ts';
import { Build, isTerminal, SLOT_STATES } from '#core/build.ts';
import { Delivery } from '#core/delivery.ts';
import { pushPayload, StackClient } from '#local/client.ts';
import { emulatorFirestore } from '#local/emulator-firestore.ts';
import { readMachine } from '#local/machine.ts';
import { type Stack, startStack } from '#local/stack.ts';
import { manyCommits } from '#test/support/many-commits.ts';
import { memoryDir } from '#test/support/memory-dir.ts';
import { testRepository } from '#test/support/stack.ts';

const PUSHES = 500;
const WITHIN_MS = 30_000;
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
  const client = new StackClient(stack.info);
  const { fullName, copy } = await testRepository(stack.info, { files: { Dockerfile: ENDLESS } });
  const commits = await manyCommits(copy, PUSHES, { Dockerfile: ENDLESS }, { Dockerfile: LAST });
  const watched = watchBuilds(fullName);

  const push = async (nth: number) => {
    await sleep((nth * WITHIN_MS) / PUSHES);
    const [before = null, after = null] = [commits[nth - 1], commits[nth]];
    const payload = pushPayload({ fullName, ref: 'refs/heads/main', before, after });
    return client.deliver('push', payload);
  };
  const begin = Date.now();
  const answers = await Promise.all(commits.map((_, nth) => push(nth)));
  const sentMs = Date.now() - begin;
  expect(answers.filter(({ status }) => status !== 202)).toEqual([]);

  await expect.poll(watched.toCome, { timeout: 300_000, interval: 500 }).toEqual({ missing: 0, open: 0 });
  const restMs = Date.now() - begin - sentMs;
  watched.stop();
  console.log(`sent in ${sentMs} ms, at rest ${restMs} ms later; ${watched.started()} builds were started`);

  const builds = new Map(watched.builds().map((build) => [build.commit_sha, build]));
  const last = builds.get(commits.at(-1) ?? '');
  expect(last).toMatchObject({ status: 'succeeded', moved_tags: expect.arrayContaining(['latest']) });
  const older = commits.slice(0, -1).map((commit) => builds.get(commit));
  const otherwise = older.filter(
    (build) => build?.status !== 'cancelled' || build.reason !== 'superseded' || !build.superseded_by,
  );
  expect(otherwise).toEqual([]);
  expect(watched.mostAtOnce()).toBeLessThanOrEqual(2);
  expect(await deliveriesOf(answers.map(({ body }) => body))).toEqual({ accepted: PUSHES });
});

/** Follows the builds of a repository in the store, every change of them. */
function watchBuilds(fullName: string) {
  const known = new Map<string, Build>();
  const started = new Set<string>();
  let most = 0;
  const stop = firestore
    .collection(COLLECTIONS.builds)
    .where('repository', '==', fullName)
    .onSnapshot((snapshot) => {
      for (const { doc } of snapshot.docChanges()) known.set(doc.id, Build.parse(doc.data()));
      const holding = [...known.values()].filter(({ status }) => SLOT_STATES.includes(status));
      for (const { id } of holding) started.add(id);
      most = Math.max(most, holding.length);
    });
  const builds = () => [...known.values()];
  return {
    stop,
    builds,
    started: () => started.size,
    mostAtOnce: () => most,
    toCome: () => ({
      missing: PUSHES - known.size,
      open: builds().filter(({ status }) => !isTerminal(status)).length,
    }),
  };
}

/** How many deliveries came to which verdict. */
async function deliveriesOf(answers: readonly unknown[]): Promise<Record<string, number>> {
  const Answer = z.object({ delivery_id: z.string() });
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    const { delivery_id } = Answer.parse(answer);
    const document = await firestore.collection(COLLECTIONS.deliveries).doc(delivery_id).get();
    const { verdict } = Delivery.parse(document.data());
    counts[verdict] = (counts[verdict] ?? 0) + 1;
  }
  return counts;
}
