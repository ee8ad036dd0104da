import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FaultyStack, startFaultyStack } from '#test/support/faulty/stack.ts';
import { testRepository } from '#test/support/stack.ts';

const CAPACITY = 4;
const WAITING = 40;

let faulty: FaultyStack;
beforeAll(async () => {
  faulty = await startFaultyStack({ capacity: CAPACITY });
});
afterAll(() => faulty.stop());

test('the pool full and 40 builds waiting: all run, and none waits for a sweep', {
  timeout: 900_000,
}, async () => {
  const files = { Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' };
  const repository = await testRepository(faulty.stack.info, { files });
  const commit_sha = await repository.copy.commitAndPush('first');
  const asked = { repository_id: repository.id, commit_sha };
  const created = await Promise.all(
    Array.from({ length: CAPACITY + WAITING }, () => faulty.client.create(asked)),
  );
  const builds = await Promise.all(created.map(({ id }) => faulty.client.ended(id, 1000)));

  expect(builds.filter(({ status }) => status !== 'succeeded')).toEqual([]);
  expect(builds.map(({ attempt }) => attempt)).toEqual(Array(CAPACITY + WAITING).fill(1));
  const documents = await Promise.all(created.map(({ id }) => faulty.store.builds.get(id)));
  // Never more at once than there are slots: from claim to promotion, by the documents' own times.
  const changes = documents.flatMap((build) => [
    { at: build?.submitting_at ?? 0, by: 1 },
    { at: build?.promoting_at ?? 0, by: -1 },
  ]);
  let running = 0;
  let most = 0;
  for (const { by } of changes.toSorted((a, b) => a.at - b.at || a.by - b.by)) {
    running += by;
    most = Math.max(most, running);
  }
  expect(most).toBe(CAPACITY);
});
