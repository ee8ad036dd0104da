import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { TransientError, UserError } from '#core/errors.ts';
import { REPORT } from '#core/reporting.ts';
import { DOUBT_MS } from '#core/tags.ts';
import { digestOf, SHOP } from '#test/support/memory/examples.ts';
import { promote } from '#use-cases/promote.ts';
import { writeTag } from '#use-cases/write-tag.ts';
import { aService, PATHS, promotingWithImage, published, released, type Service } from './harness.ts';

const away = () => new TransientError('the registry is away');

/** What the platform does: tries again while it is told to, with time for a lease to expire in between. */
async function retried(service: Service, work: () => Promise<void>, tries = 20): Promise<void> {
  for (let left = tries; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TransientError) || left === 0) throw error;
      service.clock.now += 1_000;
    }
  }
}

describe('promote', () => {
  it('copies the image, moves its tags, and the build has succeeded', async () => {
    const service = aService();
    const build = await promotingWithImage(service, 1);
    await promote(service.deps, build);
    expect(await service.registry.digest(`${PATHS.release}/shop`, digestOf('1'))).toBe(digestOf('1'));
    expect([released(service, 'own-1'), released(service, 'latest')]).toEqual([digestOf('1'), digestOf('1')]);
    expect(await service.store.builds.get(build.id)).toMatchObject({
      status: 'succeeded',
      effects: [REPORT],
    });
    expect(await service.store.tags.get(SHOP, 'latest')).toMatchObject({ dirty: false, lease: null });
    expect(published(service, 'builds')).toEqual([{ version: 1, build_id: build.id }]);
  });

  it('fails the build where the registry refuses for good', async () => {
    const service = aService();
    const build = await promotingWithImage(service, 1);
    service.registry.faults.plan('copy', 'before', new UserError('refused', 'the manifest is too large'));
    await promote(service.deps, build);
    const error = { code: 'promotion_failed', message: 'the manifest is too large', source: 'service' };
    expect(await service.store.builds.get(build.id)).toMatchObject({ status: 'failed', error });
    expect(service.registry.puts).toEqual([]);
    for (const tag of build.image.tags) {
      expect(released(service, tag)).toBeNull();
      expect(await service.store.tags.get(SHOP, tag)).toBeNull();
    }
    expect(published(service, 'builds')).toEqual([{ version: 1, build_id: build.id }]);
  });

  it('puts a tag back where another run had got that far before the registry refused', async () => {
    const service = aService();
    const first = await promotingWithImage(service, 1);
    await promote(service.deps, first);
    const second = await promotingWithImage(service, 2);
    const { copy, digest } = service.registry;
    // The other run copies the image and puts the tag just after this one was refused, and saw it was not there.
    const registry: typeof service.registry = {
      ...service.registry,
      copy: async () => {
        throw new UserError('refused', 'no more');
      },
      digest: async (path, reference) => {
        const found = await digest(path, reference);
        if (reference !== digestOf('2') || found !== null) return found;
        await copy(`${PATHS.staging}/shop`, digestOf('2'), path);
        await writeTag(service.deps, SHOP, 'latest');
        expect(released(service, 'latest')).toBe(digestOf('2'));
        return null;
      },
    };
    await promote({ ...service.deps, registry }, second);
    expect(await service.store.builds.get(second.id)).toMatchObject({ status: 'failed', effects: [REPORT] });
    expect(released(service, 'latest')).toBe(digestOf('1'));
    expect(await service.store.tags.get(SHOP, 'latest')).toMatchObject({
      digest: digestOf('1'),
      candidates: [{ digest: digestOf('1'), order: 1, build_id: first.id, released: true }],
      dirty: false,
      lease: null,
    });
  });

  it('releases an image that an earlier run copied already, though the registry refuses to copy it again', async () => {
    const service = aService();
    const build = await promotingWithImage(service, 1);
    service.registry.faults.plan('putTag', 'after', away());
    await expect(promote(service.deps, build)).rejects.toThrow(TransientError);
    service.registry.faults.plan('copy', 'before', new UserError('refused', 'no more'));
    await promote(service.deps, build);
    expect(await service.store.builds.get(build.id)).toMatchObject({
      status: 'succeeded',
      effects: [REPORT],
    });
    expect([released(service, 'own-1'), released(service, 'latest')]).toEqual([digestOf('1'), digestOf('1')]);
  });

  it('lets the build before have its tag where the later one fails, whichever is done first', async () => {
    for (const failsFirst of [true, false]) {
      const service = aService();
      const earlier = await promotingWithImage(service, 1);
      const later = await promotingWithImage(service, 2);
      const copy: typeof service.registry.copy = async () => {
        throw new UserError('refused', 'no');
      };
      const failing = () => promote({ ...service.deps, registry: { ...service.registry, copy } }, later);
      if (failsFirst) await failing();
      await promote(service.deps, earlier);
      if (!failsFirst) await failing();
      expect(released(service, 'latest')).toBe(digestOf('1'));
      expect(released(service, 'own-2')).toBeNull();
      expect(await service.store.tags.get(SHOP, 'latest')).toMatchObject({ dirty: false });
    }
  });

  it.each(['digest', 'copy', 'putTag'] as const)(
    'can be repeated when the registry fails in %s, before or after',
    async (method) => {
      for (const when of ['before', 'after'] as const) {
        const service = aService();
        const build = await promotingWithImage(service, 1);
        service.registry.faults.plan(method, when, away());
        await expect(promote(service.deps, build)).rejects.toThrow(TransientError);
        expect(await service.store.builds.get(build.id)).toMatchObject({
          status: 'promoting',
          effects: [{ kind: 'promote' }],
        });
        service.clock.now += service.deps.tagLeaseMs;
        await promote(service.deps, build);
        expect(await service.store.builds.get(build.id)).toMatchObject({ status: 'succeeded' });
        expect(released(service, 'latest')).toBe(digestOf('1'));
      }
    },
  );

  it('leaves a tag to the later push that moved it', async () => {
    const service = aService();
    const later = await promotingWithImage(service, 2);
    const earlier = await promotingWithImage(service, 1);
    await promote(service.deps, later);
    await promote(service.deps, earlier);
    expect([released(service, 'latest'), released(service, 'own-1')]).toEqual([digestOf('2'), digestOf('1')]);
    expect(service.registry.puts.filter((put) => put.includes(':latest='))).toHaveLength(1);
    expect(await service.store.builds.get(earlier.id)).toMatchObject({
      status: 'succeeded',
      moved_tags: ['own-1'],
    });
  });

  // A bug of today: it leases every tag that it names, also one that a later push has, and comes again for it.
  it('waits for no writer of a tag that a later push has', async () => {
    const service = aService();
    const later = await promotingWithImage(service, 2);
    const earlier = await promotingWithImage(service, 1);
    await promote(service.deps, later);
    await service.store.tags.lease(SHOP, 'latest', 'another', service.clock.now, 30_000);
    await promote(service.deps, earlier);
    expect(await service.store.builds.get(earlier.id)).toMatchObject({ status: 'succeeded' });
  });

  it('writes a tag that it was given after it had entered, when its image is there', async () => {
    const service = aService();
    const later = await promotingWithImage(service, 2);
    const earlier = await promotingWithImage(service, 1);
    expect(earlier.moved_tags).toEqual(['own-1']);
    service.registry.faults.plan('copy', 'before', new UserError('refused', 'no'));
    await promote(service.deps, later);
    expect(released(service, 'latest')).toBeNull();
    await promote(service.deps, earlier);
    expect([released(service, 'latest'), released(service, 'own-2')]).toEqual([digestOf('1'), null]);
    expect(await service.store.builds.get(earlier.id)).toMatchObject({
      status: 'succeeded',
      moved_tags: earlier.image.tags,
    });
    expect(await service.store.tags.get(SHOP, 'latest')).toMatchObject({ dirty: false, lease: null });
  });

  it('does not put a digest that is not there yet: the build that brings it puts the tag', async () => {
    const service = aService();
    const earlier = await promotingWithImage(service, 1);
    const later = await promotingWithImage(service, 2);
    await promote(service.deps, earlier);
    expect(released(service, 'latest')).toBeNull();
    await promote(service.deps, later);
    expect(released(service, 'latest')).toBe(digestOf('2'));
    expect(await service.store.tags.get(SHOP, 'latest')).toMatchObject({ dirty: false });
  });

  it('asks to come again where another writes the tag', async () => {
    const service = aService();
    const build = await promotingWithImage(service, 1);
    await service.store.tags.lease(SHOP, 'latest', 'another', service.clock.now, 30_000);
    await expect(promote(service.deps, build)).rejects.toThrow(TransientError);
    expect(await service.store.builds.get(build.id)).toMatchObject({ status: 'promoting' });
  });

  it('ends with the last push’s digest, whichever of many writers is slow or fails', async () => {
    const orders = fc.shuffledSubarray([1, 2, 3, 4], { minLength: 4 });
    const faults = fc.array(
      fc.tuple(fc.constantFrom('digest', 'copy', 'putTag'), fc.constantFrom('before', 'after')),
      { maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(orders, faults, async (arrival, planned) => {
        const service = aService();
        for (const [method, when] of planned) service.registry.faults.plan(method, when, away());
        await Promise.all(
          arrival.map(async (order) => {
            const build = await promotingWithImage(service, order);
            // Writers that find a lease wait for it: the clock moves a second with each try.
            await retried(service, () => promote(service.deps, build), 200);
          }),
        );
        expect(released(service, 'latest')).toBe(digestOf('4'));
        expect(await service.store.tags.get(SHOP, 'latest')).toMatchObject({
          digest: digestOf('4'),
          dirty: false,
        });
      }),
      { numRuns: 60 },
    );
  });

  it('does nothing for a build that is not promoting', async () => {
    const service = aService();
    const build = await promotingWithImage(service, 1);
    await promote(service.deps, { ...build, status: 'cancelled' });
    await promote(service.deps, { ...build, result: null });
    expect(await service.store.builds.get(build.id)).toEqual(build);
  });
});

describe('writeTag', () => {
  it('follows a document that moves on while it writes', async () => {
    const service = aService();
    await promote(service.deps, await promotingWithImage(service, 1));
    service.registry.push(`${PATHS.release}/shop`, 'x', digestOf('3'));
    const second = await promotingWithImage(service, 2);
    await service.registry.copy(`${PATHS.staging}/shop`, digestOf('2'), `${PATHS.release}/shop`);
    const putTag: typeof service.registry.putTag = async (path, tag, digest) => {
      await service.registry.putTag(path, tag, digest);
      if (digest === digestOf('2')) await promotingWithImage(service, 3);
    };
    const deps = { ...service.deps, registry: { ...service.registry, putTag } };
    expect(await writeTag(deps, SHOP, 'latest')).toBe(true);
    expect(released(service, 'latest')).toBe(digestOf('3'));
    expect(second.moved_tags).toContain('latest');
  });

  /** A registry whose `putTag` of this digest reaches it once somebody lets it. */
  function stalledPut(service: Service, digest: string) {
    const { promise: arrives, resolve: arrive } = Promise.withResolvers<void>();
    const { promise: sent, resolve: send } = Promise.withResolvers<void>();
    const putTag: typeof service.registry.putTag = async (path, tag, wanted) => {
      if (wanted === digest) {
        send();
        await arrives;
      }
      await service.registry.putTag(path, tag, wanted);
    };
    return { registry: { ...service.registry, putTag }, sent, arrive };
  }

  it.each(['goes on', 'dies'])(
    'is right in the end where a writer stalls past its lease and %s',
    async (then) => {
      const service = aService();
      const first = await promotingWithImage(service, 1);
      await service.registry.copy(`${PATHS.staging}/shop`, digestOf('1'), `${PATHS.release}/shop`);
      const { registry, sent, arrive } = stalledPut(service, digestOf('1'));
      const readBack: typeof registry.digest = async (path, reference) =>
        then === 'dies' && reference === 'latest' ? new Promise(() => {}) : registry.digest(path, reference);
      const stalled = writeTag(
        { ...service.deps, registry: { ...registry, digest: readBack } },
        SHOP,
        'latest',
      );
      await sent;
      service.clock.now += service.deps.tagLeaseMs;
      const second = await promotingWithImage(service, 2);
      await promote(service.deps, second);
      expect(released(service, 'latest')).toBe(digestOf('2'));
      arrive();
      if (then === 'goes on') expect(await stalled).toBe(true);
      else {
        await vi.waitUntil(() => released(service, 'latest') === digestOf('1'));
        const dirty = await service.store.tags.dirty('installation', service.clock.now + 1, 9);
        expect(dirty.map(({ tag }) => tag)).toContain('latest');
        expect(await writeTag(service.deps, SHOP, 'latest')).toBe(true);
      }
      expect(released(service, 'latest')).toBe(digestOf('2'));
      service.clock.now += DOUBT_MS;
      expect(await writeTag(service.deps, SHOP, 'latest')).toBe(true);
      expect(await service.store.tags.get(SHOP, 'latest')).toMatchObject({
        dirty: false,
        lease: null,
      });
      expect(first.moved_tags).toContain('latest');
    },
  );

  it('is right in the end where a put arrives after its writer gave it up', async () => {
    const service = aService();
    await promotingWithImage(service, 1);
    await service.registry.copy(`${PATHS.staging}/shop`, digestOf('1'), `${PATHS.release}/shop`);
    service.registry.faults.plan('putTag', 'before', away());
    await expect(writeTag(service.deps, SHOP, 'latest')).rejects.toThrow(TransientError);
    await promote(service.deps, await promotingWithImage(service, 2));
    await service.registry.putTag(`${PATHS.release}/shop`, 'latest', digestOf('1'));
    expect(await writeTag(service.deps, SHOP, 'latest')).toBe(true);
    expect(released(service, 'latest')).toBe(digestOf('2'));
  });

  it('puts nothing where the tag is clean, and says false where another holds it', async () => {
    const service = aService();
    await promote(service.deps, await promotingWithImage(service, 1));
    const { length } = service.registry.puts;
    expect(await writeTag(service.deps, SHOP, 'latest')).toBe(true);
    expect(service.registry.puts).toHaveLength(length);
    await service.store.tags.lease(SHOP, 'latest', 'another', service.clock.now, 30_000);
    expect(await writeTag(service.deps, SHOP, 'latest')).toBe(false);
  });

  it.each(['digest', 'putTag'] as const)(
    'gives its lease back where the registry fails in %s',
    async (method) => {
      const service = aService();
      const build = await promotingWithImage(service, 1);
      await service.registry.copy(`${PATHS.staging}/shop`, digestOf('1'), `${PATHS.release}/shop`);
      service.registry.faults.plan(method, 'after', away());
      await expect(writeTag(service.deps, SHOP, 'latest')).rejects.toThrow('the registry is away');
      expect(await service.store.tags.get(SHOP, 'latest')).toMatchObject({ dirty: true, lease: null });
      expect(await writeTag(service.deps, SHOP, 'latest')).toBe(true);
      expect(released(service, 'latest')).toBe(digestOf('1'));
      await promote(service.deps, build);
    },
  );

  it('gives up after 20 rounds of a registry that does not keep the tag, and gives its lease back', async () => {
    const service = aService();
    await promotingWithImage(service, 1);
    await service.registry.copy(`${PATHS.staging}/shop`, digestOf('1'), `${PATHS.release}/shop`);
    let puts = 0;
    const putTag = async () => {
      puts += 1;
    };
    const deps = { ...service.deps, registry: { ...service.registry, putTag } };
    expect(await writeTag(deps, SHOP, 'latest')).toBe(false);
    expect(puts).toBe(20);
    expect(await service.store.tags.get(SHOP, 'latest')).toMatchObject({ dirty: true, lease: null });
  });

  it('leaves the lease of another alone, and a tag that has no document', async () => {
    const service = aService();
    await promotingWithImage(service, 1);
    const lease = { holder: 'another', until: service.clock.now + 30_000 };
    await service.store.tags.lease(SHOP, 'latest', lease.holder, service.clock.now, 30_000);
    expect(await writeTag(service.deps, SHOP, 'latest')).toBe(false);
    expect((await service.store.tags.get(SHOP, 'latest'))?.lease).toEqual(lease);
    expect(await writeTag(service.deps, SHOP, 'none')).toBe(false);
    expect(service.registry.puts).toEqual([]);
  });
});
