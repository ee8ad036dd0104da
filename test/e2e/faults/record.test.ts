import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FaultyStack, startFaultyStack, until } from '#test/support/faulty/stack.ts';
import { ended, testRepository } from '#test/support/stack.ts';

const SCRATCH = { Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' };

/** What a transaction decided is in the document; a death before it is done only delays it. */
describe('`record` killed between its transaction and an effect', () => {
  let faulty: FaultyStack;
  beforeAll(async () => {
    faulty = await startFaultyStack({ capacity: 1, listLagMs: 30_000 });
  });
  afterAll(() => faulty.stop());

  async function pushed() {
    const repository = await testRepository(faulty.stack.info, { files: SCRATCH });
    const { delivery } = await repository.push();
    return { id: delivery.build_ids[0] ?? '', fullName: repository.fullName };
  }

  const released = (fullName: string, tag: string) =>
    faulty.registry.digest(`${faulty.stack.info.registry}/release/local/${fullName}`, tag);

  test('before it releases the image', async () => {
    const held = Promise.withResolvers<void>();
    const over = Promise.withResolvers<void>();
    faulty.gates.recordToRegistry.decide(async ({ method }) => {
      if (method === 'GET' || method === 'HEAD') return { kind: 'pass' };
      held.resolve();
      await over.promise;
      return { kind: 'lost' };
    });
    const { id, fullName } = await pushed();
    await held.promise;
    expect(await faulty.store.builds.get(id)).toMatchObject({
      status: 'promoting',
      effects: expect.arrayContaining([{ kind: 'promote' }]),
    });
    await faulty.stack.kill('record');
    over.resolve();
    faulty.gates.recordToRegistry.decide(() => ({ kind: 'pass' }));
    expect(await released(fullName, 'latest')).toBe(null);
    await faulty.stack.restart('record');

    const { build, log } = await ended(faulty.client, id);
    expect(build, log).toMatchObject({ status: 'succeeded', attempt: 1 });
    expect(await released(fullName, 'latest')).toBe(build.image?.digest);
    await until(faulty, id, ({ effects }) => effects.length === 0);
  });

  test('before it wakes `submit`: the build that waits for the slot starts without a sweep', async () => {
    faulty.gates.recordToPubsub.hold('requests');
    const first = await pushed();
    const second = await pushed();
    const owing = await until(faulty, first.id, ({ status }) => status === 'succeeded');
    expect(owing.effects).toContainEqual({ kind: 'wake_submit' });
    await faulty.stack.kill('record');
    faulty.gates.recordToPubsub.cut();
    expect((await faulty.store.builds.get(second.id))?.status).toBe('queued');
    await faulty.stack.restart('record');

    const { build, log } = await ended(faulty.client, second.id);
    expect(build, log).toMatchObject({ status: 'succeeded', attempt: 1 });
    await until(faulty, first.id, ({ effects }) => effects.length === 0);
  });

  test('before it ends a Cloud Build whose id came after the cancel', async () => {
    const { submitToCloudBuild, recordToCloudBuild } = faulty.gates;
    faulty.stack.pause('exchange'); // the builder waits, and does not end by itself
    submitToCloudBuild.hold('answers');
    recordToCloudBuild.hold('requests');
    const news = Promise.withResolvers<void>();
    faulty.push(({ topic }) =>
      topic === 'cloud-builds' ? { kind: 'late', after: news.promise } : { kind: 'pass' },
    );
    const { id } = await pushed();
    await expect.poll(() => faulty.containers(id), { timeout: 20_000 }).toHaveLength(1);
    expect((await faulty.client.request('POST', `/v1/builds/${id}/cancel`)).status).toBe(200);
    expect(await faulty.store.builds.get(id)).toMatchObject({ status: 'cancelling', cloud_build_id: null });
    news.resolve();
    const owing = await until(faulty, id, ({ cloud_build_id }) => cloud_build_id !== null);
    expect(owing.effects.map(({ kind }) => kind)).toContain('cancel_cloud_build');
    await faulty.stack.kill('record');
    recordToCloudBuild.cut();
    expect(await faulty.containers(id)).toHaveLength(1);
    await faulty.stack.restart('record');

    await until(faulty, id, ({ status, effects }) => status === 'cancelled' && effects.length === 0);
    await expect.poll(() => faulty.containers(id), { timeout: 20_000 }).toEqual([]);
    submitToCloudBuild.release();
    faulty.stack.resume('exchange');
  });
});
