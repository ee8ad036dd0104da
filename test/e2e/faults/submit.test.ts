import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FaultyStack, LEASE_MS, startFaultyStack, until } from '#test/support/faulty/stack.ts';
import { ended, testRepository } from '#test/support/stack.ts';

const LIST_LAG_MS = 30_000;
const SCRATCH = { Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' };

/** Cloud Build has no request id, and its list is half a minute late: a double is possible, and must be harmless. */
describe('`submit` dies or stalls around CreateBuild', () => {
  let faulty: FaultyStack;
  beforeAll(async () => {
    faulty = await startFaultyStack({ listLagMs: LIST_LAG_MS });
  });
  afterAll(() => faulty.stop());

  /** The builds of the tests, and how many Cloud Builds each may turn out to have had. */
  const seen = new Map<string, readonly number[]>();

  async function pushed() {
    const repository = await testRepository(faulty.stack.info, { files: SCRATCH });
    const { delivery } = await repository.push();
    return delivery.build_ids[0] ?? '';
  }

  test('killed before CreateBuild: the next one creates it', async () => {
    const gate = faulty.gates.submitToCloudBuild;
    gate.hold('requests');
    const id = await pushed();
    await until(faulty, id, (build) => build.status === 'submitting');
    await expect.poll(() => gate.held()).toBeGreaterThan(0);
    await faulty.stack.kill('submit');
    gate.cut();
    await faulty.stack.restart('submit');

    await succeeds(id);
    seen.set(id, [1]);
  });

  test('killed after CreateBuild, before it wrote the id: of the two that run, one passes the exchange', async () => {
    const gate = faulty.gates.submitToCloudBuild;
    const news = heldNews(); // else `record` adopts the first one, and there is no second
    faulty.stack.pause('exchange'); // so that neither has an advantage
    gate.hold('answers');
    const id = await pushed();
    await expect.poll(() => faulty.containers(id), { timeout: 20_000 }).toHaveLength(1);
    expect((await faulty.store.builds.get(id))?.status).toBe('submitting');
    await faulty.stack.kill('submit');
    gate.cut();
    await faulty.stack.restart('submit');
    await expect.poll(() => faulty.containers(id), { timeout: 30_000 }).toHaveLength(2);
    faulty.stack.resume('exchange');
    news.resolve();

    await succeeds(id);
    seen.set(id, [2]);
  });

  test('stalled past its lease while a second one runs', async () => {
    const gate = faulty.gates.submitToCloudBuild;
    const news = heldNews();
    faulty.stack.pause('exchange');
    gate.hold('requests');
    const id = await pushed();
    await until(faulty, id, (build) => build.status === 'submitting');
    await expect.poll(() => gate.held()).toBeGreaterThan(0);
    faulty.stack.pause('submit');
    // The second one is on the other side of the same gate: what it sends goes on a connection of its own.
    const second = await faulty.stack.startAnother('submit');
    await new Promise((resolve) => setTimeout(resolve, LEASE_MS));
    gate.pass();
    await wake(second);
    await expect.poll(() => faulty.containers(id), { timeout: 20_000 }).toHaveLength(1);
    gate.release();
    faulty.stack.resume('submit');
    // Whether it still creates a Cloud Build depends on where it stood: what it held may have timed out meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 5000));
    faulty.stack.resume('exchange');
    news.resolve();

    await succeeds(id);
    seen.set(id, [1, 2]);
  });

  /** Holds what Cloud Build says of its builds until this is resolved. */
  function heldNews() {
    const { promise, resolve } = Promise.withResolvers<void>();
    faulty.push(({ topic }) =>
      topic === 'cloud-builds' ? { kind: 'late', after: promise } : { kind: 'pass' },
    );
    return { resolve };
  }

  async function succeeds(id: string) {
    const { build, log } = await ended(faulty.client, id);
    expect(build, log).toMatchObject({ status: 'succeeded', attempt: 1 });
  }

  test('of each build’s Cloud Builds one passed the exchange; the others ended without a push', async () => {
    await new Promise((resolve) => setTimeout(resolve, LIST_LAG_MS + 1000)); // now the list knows of all
    expect([...seen.values()]).toEqual([[1], [2], [1, 2]]);
    for (const [id, counts] of seen) {
      const views = await faulty.cloudBuilds.ofAttempt(id, 1);
      expect(counts).toContain(views.length);
      const build = await faulty.store.builds.get(id);
      const [winner, ...more] = views.filter((view) => view.output !== null);
      expect(more).toEqual([]);
      expect(winner).toMatchObject({ id: build?.cloud_build_id, state: 'succeeded' });
      expect(winner?.output?.result).toEqual(build?.result);
      expect(views.map(({ state }) => state)).not.toContain('working');
    }
  });
});

/** Wakes one process of `submit` as Pub/Sub would, until it takes the message. */
async function wake(url: string): Promise<void> {
  const data = Buffer.from(JSON.stringify({ version: 1, build_id: 'any' })).toString('base64');
  const body = JSON.stringify({
    subscription: 'projects/p/subscriptions/builds-to-submit',
    message: { messageId: '1', data },
  });
  const headers = { 'content-type': 'application/json' };
  const taken = async () => (await fetch(url, { method: 'POST', headers, body })).status;
  await expect.poll(taken, { timeout: 20_000, interval: 500 }).toBe(204);
}
