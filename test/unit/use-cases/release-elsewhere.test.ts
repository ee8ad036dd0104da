import { describe, expect, it, vi } from 'vitest';
import type { Build } from '#core/build.ts';
import { disconnectionOf } from '#core/disconnection.ts';
import { TransientError, UserError } from '#core/errors.ts';
import { aDelivery, aDestination, aRepository, digestOf, T0 } from '#test/support/memory/examples.ts';
import { type MemoryRegistry, memoryRegistry } from '#test/support/memory/registry.ts';
import { PATIENCE_MS, promote } from '#use-cases/promote.ts';
import { sweep } from '#use-cases/sweep.ts';
import { aService, PATHS, promotingWithImage, published, type Service } from './harness.ts';

const URL = 'ghcr.io/acme';
const OWN = aDestination('acme/shop', { registry: URL });

/** A build in `promoting` that is to be released to the team's own registry; and that registry. */
async function ownTarget(order = 1, service = aService()) {
  const own = service.ownRegistries.get(`acme ${URL}`) ?? memoryRegistry();
  service.ownRegistries.set(`acme ${URL}`, own);
  // it copies from staging, which is another registry
  own.push(`${PATHS.staging}/shop`, 'x', digestOf(`${order}`));
  const image = { registry: URL, name: 'acme/shop', tags: [`own-${order}`, 'latest'] };
  const build = await promotingWithImage(service, order, { image });
  return { service, own, build };
}

const at = (own: MemoryRegistry, tag: string) => own.tag(`${URL}/shop`, tag);
const stateOf = async (service: Service, { id }: Build) => service.store.builds.get(id);

describe('a release to one of the team’s own registries', () => {
  it('goes there, and nothing of it to the installation’s', async () => {
    const { service, own, build } = await ownTarget();
    await promote(service.deps, build);
    expect([at(own, 'own-1'), at(own, 'latest')]).toEqual([digestOf('1'), digestOf('1')]);
    expect(service.registry.puts).toEqual([]);
    expect(await stateOf(service, build)).toMatchObject({ status: 'succeeded' });
    expect(await service.store.tags.get(OWN, 'latest')).toMatchObject({ dirty: false, registry: URL });
    expect(await service.store.tags.get(aDestination('acme/shop'), 'latest')).toBeNull();
  });

  it.each(['copy', 'digest', 'putTag'] as const)(
    'fails the build with what the registry says where it refuses in %s',
    async (method) => {
      const { service, own, build } = await ownTarget();
      own.faults.plan(method, 'before', new UserError('refused', 'check its credential'), 99);
      await promote(service.deps, build);
      const error = { code: 'promotion_failed', message: 'check its credential' };
      expect(await stateOf(service, build)).toMatchObject({ status: 'failed', error });
      for (const tag of build.image.tags) expect(await service.store.tags.get(OWN, tag)).toBeNull();
    },
  );

  it('fails the build where the registry was disconnected meanwhile', async () => {
    const { service, build } = await ownTarget();
    service.ownRegistries.clear();
    await promote(service.deps, build);
    const error = { code: 'promotion_failed', message: `${URL} is not connected` };
    expect(await stateOf(service, build)).toMatchObject({ status: 'failed', error });
  });

  it('holds up nobody else’s repairs where the registry does not answer', async () => {
    const { service, own, build } = await ownTarget();
    service.clock.now = T0 + PATIENCE_MS / 2;
    await service.store.deliveries.create(aDelivery('d-1'));
    const other = await promotingWithImage(service, 2, { team: 'other' });
    const stuck = aDestination('acme/stuck', { registry: URL });
    await service.store.tags.move(stuck, 'v1', { digest: digestOf('9'), order: 1, asked_at: T0 });
    const note = disconnectionOf(aRepository(), T0);
    await service.store.repositories.create(aRepository());
    await service.store.repositories.disconnect(aRepository(), T0);
    let answer = () => {};
    const silent = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const asked: string[] = [];
    const openRegistry = async (team: string, url: string) => {
      asked.push(url);
      await silent;
      return service.deps.openRegistry(team, url);
    };
    const deps = { ...service.deps, openRegistry };
    const sweeping = sweep({ ...deps, promote: (promoting) => promote(deps, promoting) });
    await vi.waitFor(() => expect(asked).toEqual([URL]));
    expect(await stateOf(service, other)).toMatchObject({ status: 'succeeded' });
    expect(published(service, 'deliveries')).toHaveLength(1);
    const due = await service.store.repositories.disconnections(note.disconnected_at + 1, 9);
    expect(due).toEqual([]);
    own.faults.plan('copy', 'before', new TransientError('ghcr.io is not reachable'), 99);
    answer();
    // The registry was away for the build, so it was not asked for the tag.
    expect((await sweeping).failures).toEqual([
      { what: `release ${build.id}`, why: 'ghcr.io is not reachable' },
    ]);
    expect(asked).toEqual([URL]);
  });

  it('comes again where the registry is away, for a quarter of an hour; then it fails', async () => {
    const { service, own, build } = await ownTarget();
    own.faults.plan('copy', 'before', new TransientError('ghcr.io is not reachable'), 99);
    service.clock.now = (build.promoting_at ?? 0) + PATIENCE_MS - 1;
    await expect(promote(service.deps, build)).rejects.toThrow(TransientError);
    expect(await stateOf(service, build)).toMatchObject({ status: 'promoting' });
    service.clock.now += 1;
    await promote(service.deps, build);
    const message = 'ghcr.io is not reachable, for 15 minutes. Once it answers, retry the build.';
    expect(await stateOf(service, build)).toMatchObject({ status: 'failed', error: { message } });
  });

  it('does not give up on a bug, nor on the installation’s own registry', async () => {
    const { service, own, build } = await ownTarget();
    service.clock.now = (build.promoting_at ?? 0) + 10 * PATIENCE_MS;
    own.faults.plan('copy', 'before', new Error('a bug'));
    await expect(promote(service.deps, build)).rejects.toThrow('a bug');
    const other = await promotingWithImage(service, 2);
    service.registry.faults.plan('copy', 'before', new TransientError('away'));
    await expect(promote(service.deps, other)).rejects.toThrow('away');
  });
});

describe('sweep of a tag that nobody can write', () => {
  async function dirty(error: Error) {
    const target = await ownTarget();
    await promote(target.service.deps, target.build);
    const { service, own } = target;
    const wish = { digest: null, order: 1.5, asked_at: service.clock.now };
    await service.store.tags.move(OWN, 'latest', wish);
    own.faults.plan('removeTag', 'before', error, 99);
    service.clock.now += service.deps.graceMs + 1;
    return target;
  }

  it('gives it up where the registry refuses', async () => {
    const { service } = await dirty(new UserError('refused', 'it deletes no tags'));
    expect(await sweep(service.deps)).toMatchObject({ repaired: { tag: 1 }, failures: [] });
    expect(await service.store.tags.get(OWN, 'latest')).toMatchObject({ dirty: false, digest: null });
    expect(await sweep(service.deps)).not.toHaveProperty('repaired.tag');
  });

  it('comes back to it where the registry is away, for a day', async () => {
    const { service } = await dirty(new TransientError('away'));
    expect((await sweep(service.deps)).failures).toHaveLength(1);
    expect(await service.store.tags.get(OWN, 'latest')).toMatchObject({ dirty: true });
    service.clock.now += 24 * 3_600_000;
    expect((await sweep(service.deps)).failures).toEqual([]);
    expect(await service.store.tags.get(OWN, 'latest')).toMatchObject({ dirty: false });
  });

  it('removes the tag once the registry is back', async () => {
    const { service, own } = await dirty(new TransientError('away'));
    await sweep(service.deps);
    own.faults.clear();
    expect(at(own, 'latest')).toBe(digestOf('1'));
    await sweep(service.deps);
    expect(at(own, 'latest')).toBeNull();
  });
});
