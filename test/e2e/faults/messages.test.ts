import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Pushed } from '#test/support/faulty/pushed.ts';
import { type FaultyStack, startFaultyStack, until } from '#test/support/faulty/stack.ts';
import { ended, localImage, testRepository, writeFiles } from '#test/support/stack.ts';

const SCRATCH = { Dockerfile: 'FROM scratch\nCOPY text /\n', text: 'first' };
const FAILING = { Dockerfile: 'FROM debian:bookworm-slim\nRUN echo one && sleep 2 && echo two && exit 3\n' };
/** Says something in each of five seconds: a chunk of the log each. */
const TALKING = {
  Dockerfile:
    'FROM debian:bookworm-slim\nRUN for i in 1 2 3 4 5; do echo "say $i"; sleep 1.1; done; exit 3\n',
};

describe('messages between the functions', () => {
  let faulty: FaultyStack;
  beforeAll(async () => {
    faulty = await startFaultyStack({ capacity: 4 });
  });
  afterAll(() => faulty.stop());

  const build = async (files: Readonly<Record<string, string>>) =>
    (await testRepository(faulty.stack.info, { files })).build();

  /** Every message three times, each copy after a wait of its own: late, doubled and out of order. */
  function disorder(): void {
    faulty.push(async () => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 1500));
      return { kind: 'pass', copies: 3 };
    });
  }

  test('each doubled, late and out of order: a good build succeeds, with its tags', async () => {
    disorder();
    const { build: built, log } = await build(SCRATCH);
    expect(built, log).toMatchObject({ status: 'succeeded', attempt: 1 });
    expect(built.image?.tags).toContain('latest');
  });

  test('each doubled, late and out of order: the builder’s own cause stands', async () => {
    disorder();
    const { build: failed, log } = await build(FAILING);
    expect(failed, log).toMatchObject({ status: 'failed', error: { code: 'build_failed' } });
    expect(log.split('\n').filter((line) => line === 'two')).toHaveLength(1);
  });

  test.for(['cloud-builds', 'build-events'])(
    'news of a failure where `%s` come first: the builder’s own cause stands',
    async (first) => {
      const said = Promise.withResolvers<void>();
      const isEnd = ({ what }: Pushed) => what === 'failed' || what === 'FAILURE';
      faulty.push((pushed) => {
        if (isEnd(pushed) && pushed.topic !== first) return { kind: 'late', after: said.promise };
        if (isEnd(pushed) && pushed.topic === first) setTimeout(said.resolve, 1000);
        return { kind: 'pass' };
      });
      const { build: failed, log } = await build(FAILING);
      const { id } = failed;
      const stands = await until(faulty, id, ({ error }) => error?.source === 'builder');
      expect(stands, log).toMatchObject({ status: 'failed', error: { code: 'build_failed' } });
    },
  );

  test('all events of a finished build lost: `sweep` repairs it, with the digest that Cloud Build kept', async () => {
    const lost: (string | null)[] = [];
    faulty.push(({ to, what }) => {
      if (to !== 'record') return { kind: 'pass' };
      lost.push(what);
      return { kind: 'lost' };
    });
    const repository = await testRepository(faulty.stack.info, { files: SCRATCH });
    const { delivery } = await repository.push();
    const [id = ''] = delivery.build_ids;
    const { cloud_build_id } = await until(faulty, id, ({ status }) => status === 'running');
    const ended = async () => (await faulty.cloudBuilds.get(cloud_build_id ?? ''))?.state;
    await expect.poll(ended, { timeout: 60_000 }).toBe('succeeded');
    await expect.poll(() => lost, { timeout: 20_000 }).toEqual(expect.arrayContaining(['built', 'SUCCESS']));
    expect((await faulty.store.builds.get(id))?.status).toBe('running');

    faulty.push(() => ({ kind: 'pass' }));
    await expect
      .poll(() => faulty.stack.sweep(), { timeout: 30_000, interval: 1000 })
      .toMatchObject({
        repaired: { build: 1 },
        failures: [],
      });
    const { result, status, moved_tags } = await until(faulty, id, (found) => found.status !== 'running');
    expect(status).toBe('succeeded');
    expect(moved_tags).toContain('latest');
    const kept = await faulty.cloudBuilds.get(cloud_build_id ?? '');
    expect(result).toEqual(kept?.output?.result);
    expect(await released(repository.fullName, 'latest')).toBe(result?.index_digest);
  });

  test('all log chunks but one lost: the log says what is missing', async () => {
    const chunks: number[] = [];
    faulty.push(({ to, body }) => {
      if (to !== 'logs') return { kind: 'pass' };
      const { chunk } = body as { chunk: number };
      chunks.push(chunk);
      return chunk === 2 ? { kind: 'pass' } : { kind: 'lost' };
    });
    const { build: failed, log } = await build(TALKING);
    expect(failed, log).toMatchObject({ status: 'failed', error: { code: 'build_failed' } });
    expect(chunks.length).toBeGreaterThan(3);
    expect(log).toMatch(/say \d/);
    expect(log).toMatch(/^\[bitflow\] \d+ lines of this log were lost on their way$/m);
    expect(log).toContain('[bitflow] the end of this log was lost on its way');
  });

  const released = (fullName: string, tag: string) =>
    faulty.registry.digest(`${faulty.stack.info.registry}/release/local/${fullName}`, tag);

  test.for(['123', '132', '213', '231', '312', '321'])(
    'three pushes whose builds finish in the order %s: tags follow the pushes',
    async (digits) => {
      const order = [...digits].map((digit) => Number(digit) - 1);
      const gates = order.map(() => Promise.withResolvers<void>());
      const place = new Map<string, number>();
      faulty.push(({ to, buildId, what }) => {
        const isEnd = what === 'built' || what === 'SUCCESS';
        const after = buildId === null ? undefined : gates[place.get(buildId) ?? -1]?.promise;
        return to === 'record' && isEnd && after ? { kind: 'late', after } : { kind: 'pass' };
      });
      const connect = { rules: { concurrency: 'parallel' } };
      const repository = await testRepository(faulty.stack.info, { files: SCRATCH, connect });
      const ids: string[] = [];
      for (const text of ['one', 'two', 'three']) {
        await writeFiles(repository.copy.dir, { text });
        const { delivery } = await repository.push();
        const [id = ''] = delivery.build_ids;
        place.set(id, ids.push(id) - 1);
      }
      for (const at of order) {
        gates[at]?.resolve();
        const { build: built, log } = await ended(faulty.client, ids[at] ?? '');
        expect(built, `${built.error?.message}\n${log}`).toMatchObject({ status: 'succeeded' });
      }
      const last = await faulty.store.builds.get(ids[2] ?? '');
      expect(await released(repository.fullName, 'latest')).toBe(last?.result?.index_digest);
      expect(await faulty.store.tags.get(localImage(repository.fullName), 'latest')).toMatchObject({
        digest: last?.result?.index_digest,
        dirty: false,
      });
      for (const id of ids) {
        const own = await faulty.store.builds.get(id);
        const tag = `main-auto-${own?.commit_sha.slice(0, 7)}`;
        expect(await released(repository.fullName, tag)).toBe(own?.result?.index_digest);
      }
    },
  );
});
