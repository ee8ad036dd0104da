import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FaultyStack, startFaultyStack } from '#test/support/faulty/stack.ts';
import { ended, localImage, testRepository, writeFiles } from '#test/support/stack.ts';

const SCRATCH = { Dockerfile: 'FROM scratch\nCOPY text /\n', text: 'first' };
const TAG_LEASE_MS = 1500;

/** A registry has no compare-and-set: what a writer sent may arrive after what is right. */
describe('two writers stalled around a tag: registry and tag document agree in the end', () => {
  let faulty: FaultyStack;
  beforeAll(async () => {
    const env = { TAG_LEASE_MS: String(TAG_LEASE_MS), SWEEP_GRACE_MS: '1000' };
    faulty = await startFaultyStack({ capacity: 3, env });
  });
  afterAll(() => faulty.stop());

  /** Two pushes; what the first one's writer sends to move `latest` is held until `go`. */
  async function overtaken() {
    const repository = await testRepository(faulty.stack.info, { files: SCRATCH });
    const go = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    let first = true;
    faulty.gates.recordToRegistry.decide(async ({ method, path }) => {
      if (!first || method !== 'PUT' || !path.endsWith('/manifests/latest')) return { kind: 'pass' };
      first = false;
      held.resolve();
      await go.promise;
      return { kind: 'pass' };
    });
    const push = async (text: string) => {
      await writeFiles(repository.copy.dir, { text });
      return (await repository.push()).delivery.build_ids[0] ?? '';
    };
    const older = await push('older');
    await held.promise;
    const newer = await push('newer');
    const registered = () =>
      faulty.registry.digest(`${faulty.stack.info.registry}/release/local/${repository.fullName}`, 'latest');
    const document = () => faulty.store.tags.get(localImage(repository.fullName), 'latest');
    return { older, newer, go, registered, document };
  }

  test('the older writer goes on after the newer one was done', async () => {
    const { older, newer, go, registered, document } = await overtaken();
    const { build, log } = await ended(faulty.client, newer);
    expect(build, log).toMatchObject({ status: 'succeeded' });
    expect(await registered()).toBe(build.image?.digest);

    go.resolve();
    expect((await ended(faulty.client, older)).build).toMatchObject({ status: 'succeeded' });
    await expect.poll(agree, { timeout: 30_000, interval: 500 }).toBe(build.image?.digest);

    async function agree() {
      await faulty.stack.sweep();
      const [digest, wanted] = await Promise.all([registered(), document()]);
      return digest === wanted?.digest ? digest : 'not yet';
    }
  });

  test('the older writer is dead, and what it sent arrives when all is done', async () => {
    const { older, newer, go, registered, document } = await overtaken();
    await faulty.stack.kill('record');
    await faulty.stack.restart('record');
    const { build, log } = await ended(faulty.client, newer);
    expect(build, log).toMatchObject({ status: 'succeeded' });
    expect((await ended(faulty.client, older)).build).toMatchObject({ status: 'succeeded' });
    expect(await registered()).toBe(build.image?.digest);

    go.resolve();
    const stale = (await faulty.store.builds.get(older))?.result?.index_digest;
    await expect.poll(registered, { timeout: 10_000 }).toBe(stale);
    await new Promise((resolve) => setTimeout(resolve, 1500)); // the grace of a sweep
    await faulty.stack.sweep();
    expect(await registered()).toBe(build.image?.digest);
    expect(await document()).toMatchObject({ digest: build.image?.digest });
  });
});
