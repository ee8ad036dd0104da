import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { firestoreStore } from '#adapters/firestore/index.ts';
import type { Build } from '#core/build.ts';
import { tokenHash, tokenIdOf } from '#core/ids.ts';
import { DEFAULT_LIMITS } from '#core/team.ts';
import { StackClient } from '#local/client.ts';
import { emulatorFirestore } from '#local/emulator-firestore.ts';
import { readMachine } from '#local/machine.ts';
import { type Stack, startStack } from '#local/stack.ts';
import type { StackInfo } from '#local/stack-info.ts';
import { memoryDir } from '#test/support/memory-dir.ts';
import { testRepository } from '#test/support/stack.ts';

const CAPACITY = 4;
/** The large team's builds. `FAIR_CROWD=200` for the whole crowd, which takes minutes. */
const CROWD = z.coerce
  .number()
  .int()
  .min(30)
  .parse(process.env.FAIR_CROWD ?? 60);
const FEW = 5;
/** Nothing was ever pushed to the repositories: a build fails at once, and what matters here is when it started. */
const ANY_COMMIT = { commit_sha: 'f'.repeat(40) };

const Stats = z.object({
  queued: z.int(),
  running: z.int(),
  builds: z.array(z.object({ id: z.string(), position: z.int(), expected_wait_s: z.number().nullable() })),
  pool: z.object({ queued: z.int(), running: z.int() }),
  last_day: z.object({ failed: z.int(), failures_by_cause: z.record(z.string(), z.int()) }),
});

let stack: Stack;
let dataDir: string | undefined;
let firestore: ReturnType<typeof emulatorFirestore>;
beforeAll(async () => {
  dataDir = await memoryDir();
  stack = await startStack({
    machine: await readMachine(),
    capacity: CAPACITY,
    dataDir,
    log: () => undefined,
  });
  firestore = emulatorFirestore(stack.info.projectId, stack.info.firestoreEmulatorHost);
});
afterAll(async () => {
  await firestore.terminate();
  await stack.stop();
  if (dataDir !== undefined) await rm(dataDir, { recursive: true, force: true });
});

test(`a team with ${FEW} builds that comes after one with ${CROWD} waits for no crowd, and was told so`, {
  timeout: 900_000,
}, async () => {
  const store = firestoreStore(firestore);
  const large = await asker(stack.info);
  const small = await asker({ ...stack.info, token: await otherTeam() });

  // Everybody is in the queue before the first build starts.
  stack.pause('submit');
  const crowd = await large.ask(CROWD);
  const few = await small.ask(FEW);
  expect(await large.stats()).toMatchObject({ queued: CROWD, running: 0 });
  stack.resume('submit');
  await expect.poll(() => store.queue.unplaced('default', 1), { timeout: 120_000 }).toEqual([]);
  const [toldLarge, toldSmall] = await Promise.all([large.stats(), small.stats()]);
  const told = [...toldLarge.builds, ...toldSmall.builds];
  expect(toldSmall.builds.length + toldSmall.running).toBeGreaterThan(0);

  const everybodyIsDone = { pool: { queued: 0, running: 0 } };
  await expect.poll(() => large.stats(), { timeout: 840_000, interval: 1000 }).toMatchObject(everybodyIsDone);
  const found = await Promise.all([...crowd, ...few].map((id) => store.builds.get(id)));
  const builds = found.filter((build): build is Build => build !== null);
  expect(builds.map(({ status, attempt, error }) => [status, attempt, error?.code])).toEqual(
    builds.map(() => ['failed', 1, 'clone_failed']),
  );

  const startOf = ({ submitting_at }: Build) => submitting_at ?? Number.NaN;
  const begin = Math.min(...builds.map(startOf));
  const end = Math.max(...builds.map(({ finished_at }) => finished_at ?? Number.NaN));
  const lastOfFew = Math.max(...builds.filter(({ id }) => few.includes(id)).map(startOf));
  expect(lastOfFew - begin).toBeLessThan((end - begin) / 3);

  // Which of the running builds ends first cannot be known: so a position may be off by the slots there are.
  const waited = builds.filter(({ id }) => told.some((one) => one.id === id));
  const order = waited.toSorted((a, b) => startOf(a) - startOf(b)).map(({ id }) => id);
  // More waited than were told of (100 of a team): only the first ones of all can be compared.
  const seen = told.filter(({ position }) => position <= FEW + 90);
  const off = seen.filter(({ id, position }) => Math.abs(order.indexOf(id) + 1 - position) > CAPACITY);
  expect(off).toEqual([]);

  // What ended was counted, each build once.
  const counted = (failed: number) => ({
    last_day: { failed, failures_by_cause: { clone_failed: failed } },
  });
  await expect.poll(() => large.stats(), { timeout: 60_000 }).toMatchObject(counted(CROWD));
  await expect.poll(() => small.stats(), { timeout: 60_000 }).toMatchObject(counted(FEW));
});

/** Somebody of a team, with a repository. */
async function asker(info: StackInfo) {
  const client = new StackClient(info);
  const { id: repository_id } = await testRepository(info, { files: { 'README.md': 'nothing' } });
  const ask = async (count: number): Promise<string[]> => {
    const ids: string[] = [];
    while (ids.length < count) {
      const some = Math.min(10, count - ids.length);
      const body = { repository_id, ...ANY_COMMIT };
      const created = await Promise.all(Array.from({ length: some }, () => client.create(body)));
      ids.push(...created.map(({ id }) => id));
    }
    return ids;
  };
  const stats = async () => {
    const { status, body } = await client.request('GET', '/v1/builds/queue/stats');
    expect(status, JSON.stringify(body)).toBe(200);
    return Stats.parse(body);
  };
  return { ask, stats };
}

/** Makes a second team. @returns a token of its admin. */
async function otherTeam(): Promise<string> {
  const store = firestoreStore(firestore);
  const [team, email] = ['small', 'admin@small.local'];
  const made = { version: 1, created_at: Date.now() } as const;
  await store.teams.create(
    { ...made, id: team, name: 'Small', registry_prefix: team, limits: DEFAULT_LIMITS, operates: false },
    { ...made, team, email, role: 'admin', added_by: email },
  );
  const token = `bft_${randomBytes(24).toString('base64url')}`;
  const hash = tokenHash(token);
  const id = tokenIdOf(hash);
  const never = {
    expires_at: null,
    revoked_at: null,
    last_used_at: null,
    scopes: null,
    parent: null,
    signs_in: false,
  };
  await store.tokens.create({ ...made, ...never, id, hash, team, name: 'test', role: 'admin', owner: id });
  return token;
}
