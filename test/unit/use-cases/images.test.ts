import { describe, expect, it } from 'vitest';
import { TransientError, UserError } from '#core/errors.ts';
import { aBuild, digestOf, SHOP } from '#test/support/memory/examples.ts';
import { pointTag, removeTag } from '#use-cases/image-tags.ts';
import { deleteImage, listImages } from '#use-cases/images.ts';
import { promote } from '#use-cases/promote.ts';
import { sweep } from '#use-cases/sweep.ts';
import { aService, PATHS, promotingWithImage, released, type Service } from './harness.ts';

const PATH = `${PATHS.release}/shop`;

/** A service where the pushes 1 and 2 were released, the push 3 is on its way, and the next one has the place 4. */
async function released2(): Promise<Service> {
  const service = aService();
  await service.store.queue.lease('default', 'submitter', service.clock.now, 1000);
  for (const order of [1, 2, 3]) {
    const stamped = aBuild(`stamped ${order}`, { ref: `refs/heads/${order}` });
    await service.store.builds.create(stamped);
    await service.store.queue.stamp(stamped, 'submitter', service.clock.now);
    if (order < 3) await promote(service.deps, await promotingWithImage(service, order));
  }
  return service;
}

describe('pointTag', () => {
  it('moves a tag back, until the next push', async () => {
    const service = await released2();
    const moved = await pointTag(service.deps, SHOP, 'latest', digestOf('1'));
    expect(moved).toMatchObject({ written: true, document: { digest: digestOf('1'), dirty: false } });
    expect(released(service, 'latest')).toBe(digestOf('1'));
    await promote(service.deps, await promotingWithImage(service, 4));
    expect(released(service, 'latest')).toBe(digestOf('4'));
  });

  it('keeps it from a push that came before, and ends late', async () => {
    const service = await released2();
    const late = await promotingWithImage(service, 3);
    await pointTag(service.deps, SHOP, 'latest', digestOf('1'));
    await promote(service.deps, late);
    expect(released(service, 'latest')).toBe(digestOf('1'));
  });

  it('is told of a later push that has the tag already', async () => {
    const service = await released2();
    await promote(service.deps, await promotingWithImage(service, 4));
    const moved = await pointTag(service.deps, SHOP, 'latest', digestOf('1'));
    expect(moved).toMatchObject({ written: true, document: { digest: digestOf('4') } });
  });

  it('refuses an image that is not there, and leaves no trace', async () => {
    const service = await released2();
    const pointing = pointTag(service.deps, SHOP, 'v1', digestOf('9'));
    await expect(pointing).rejects.toMatchObject({ code: 'refused' });
    expect(await service.store.tags.get(SHOP, 'v1')).toBeNull();
    await pointTag(service.deps, SHOP, 'v1', digestOf('1'));
    expect(released(service, 'v1')).toBe(digestOf('1'));
  });

  it.each(['before', 'after'] as const)(
    'is made good by sweep where the registry fails %s it has the tag',
    async (when) => {
      const service = await released2();
      service.registry.faults.plan('putTag', when, new TransientError('away'));
      const moved = await pointTag(service.deps, SHOP, 'latest', digestOf('1'));
      expect(moved).toMatchObject({ written: false, document: { digest: digestOf('1') } });
      service.clock.now += service.deps.graceMs + 1;
      await sweep(service.deps);
      expect(released(service, 'latest')).toBe(digestOf('1'));
    },
  );
});

describe('removeTag', () => {
  it('takes a tag away until the next push, which then has it', async () => {
    const service = await released2();
    const late = await promotingWithImage(service, 3);
    await removeTag(service.deps, SHOP, 'latest');
    expect(released(service, 'latest')).toBeNull();
    await promote(service.deps, late);
    expect(released(service, 'latest')).toBeNull();
    await promote(service.deps, await promotingWithImage(service, 4));
    expect(released(service, 'latest')).toBe(digestOf('4'));
  });

  it('comes back to nothing where the next push fails to be released', async () => {
    const service = await released2();
    await removeTag(service.deps, SHOP, 'latest');
    const next = await promotingWithImage(service, 4);
    service.registry.faults.plan('copy', 'before', new UserError('refused', 'no'));
    await promote(service.deps, next);
    expect(released(service, 'latest')).toBeNull();
    expect(await service.store.tags.get(SHOP, 'latest')).toMatchObject({ digest: null, dirty: false });
  });

  it('takes away one that somebody else pushed; what is not there is not found', async () => {
    const service = await released2();
    service.registry.push(PATH, 'by-hand', digestOf('7'));
    await removeTag(service.deps, SHOP, 'by-hand');
    expect(released(service, 'by-hand')).toBeNull();
    for (const tag of ['by-hand', 'never'])
      await expect(removeTag(service.deps, SHOP, tag)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('says what a registry says that removes no tags, and does not come back to it', async () => {
    const service = await released2();
    service.registry.faults.plan('removeTag', 'before', new UserError('refused', 'no deletions here'), 9);
    await expect(removeTag(service.deps, SHOP, 'latest')).rejects.toThrow('no deletions here');
    expect(await service.store.tags.dirty('installation', Number.MAX_SAFE_INTEGER, 9)).toEqual([]);
  });
});

describe('deleteImage', () => {
  const gone = async (service: Service, digit: string) =>
    (await service.registry.digest(PATH, digestOf(digit))) === null;
  const deleting = (service: Service, digit: string) => deleteImage(service.deps, SHOP, digestOf(digit));
  const refused = (what: RegExp) => ({ code: 'conflict', message: expect.stringMatching(what) });

  it('deletes what nothing needs, once', async () => {
    const service = await released2();
    await removeTag(service.deps, SHOP, 'own-1');
    await deleting(service, '1');
    expect(await gone(service, '1')).toBe(true);
    await expect(deleting(service, '1')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('keeps what a tag has, and names it', async () => {
    const service = await released2();
    await expect(deleting(service, '2')).rejects.toMatchObject(refused(/the tag latest, the tag own-2/));
    expect(await gone(service, '2')).toBe(false);
  });

  it('keeps what an index names', async () => {
    const service = await released2();
    await removeTag(service.deps, SHOP, 'own-1');
    service.registry.push(PATH, 'multi', digestOf('8'), [digestOf('1')]);
    await expect(deleting(service, '1')).rejects.toMatchObject(refused(/the image sha256:8888/));
  });

  it('keeps what a tag’s document still counts on, though the registry has it elsewhere', async () => {
    const service = await released2();
    await removeTag(service.deps, SHOP, 'own-2');
    // latest is to come back to the second push where the third fails
    await promotingWithImage(service, 4);
    service.registry.push(PATH, 'latest', digestOf('4'));
    await expect(deleting(service, '2')).rejects.toMatchObject(refused(/the tag latest/));
  });

  it('keeps what a build releases just now', async () => {
    const service = await released2();
    await removeTag(service.deps, SHOP, 'own-1');
    const image = { registry: null, name: 'acme/shop', tags: ['other'] };
    const again = await promotingWithImage(service, 1, { id: aBuild('again').id, image });
    await expect(deleting(service, '1')).rejects.toMatchObject(refused(new RegExp(`the build ${again.id}`)));
  });

  it('lets a release of the same digest wait, and the release copies it anew', async () => {
    const service = await released2();
    await removeTag(service.deps, SHOP, 'own-1');
    const image = { registry: null, name: 'acme/shop', tags: ['again'] };
    let promoted: Promise<unknown> = Promise.resolve();
    const remove = service.registry.catalog.delete;
    const catalog = {
      ...service.registry.catalog,
      delete: async (path: string, digest: string) => {
        // it enters `promoting` after the last look at who needs the image
        const again = await promotingWithImage(service, 1, { id: aBuild('again').id, image });
        promoted = promote(service.deps, again).catch((error: unknown) => error);
        expect(await promoted).toBeInstanceOf(TransientError);
        await remove(path, digest);
      },
    };
    await deleteImage({ ...service.deps, catalog }, SHOP, digestOf('1'));
    const again = await service.store.builds.get(aBuild('again').id);
    if (again) await promote(service.deps, again);
    expect(released(service, 'again')).toBe(digestOf('1'));
    expect(await gone(service, '1')).toBe(false);
  });

  it('lets nobody point a tag to it meanwhile', async () => {
    const service = await released2();
    await removeTag(service.deps, SHOP, 'own-1');
    const remove = service.registry.catalog.delete;
    const catalog = {
      ...service.registry.catalog,
      delete: async (path: string, digest: string) => {
        const pointing = pointTag(service.deps, SHOP, 'v1', digest);
        await expect(pointing).rejects.toMatchObject({ code: 'conflict' });
        await remove(path, digest);
      },
    };
    await deleteImage({ ...service.deps, catalog }, SHOP, digestOf('1'));
    expect(await service.store.tags.get(SHOP, 'v1')).toBeNull();
  });

  it('gives its lock back where the registry fails', async () => {
    const service = await released2();
    await removeTag(service.deps, SHOP, 'own-1');
    service.registry.faults.plan('delete', 'before', new TransientError('away'));
    await expect(deleting(service, '1')).rejects.toThrow('away');
    await deleting(service, '1');
  });
});

describe('listImages', () => {
  it('says which build each came from', async () => {
    const service = await released2();
    service.registry.push(PATH, 'by-hand', digestOf('7'));
    const { items } = await listImages(service.deps, SHOP, { limit: 9, after: null });
    expect(items.map(({ image, build }) => [image.digest, build?.image.tags[0] ?? null])).toEqual([
      [digestOf('1'), 'own-1'],
      [digestOf('2'), 'own-2'],
      [digestOf('7'), null],
    ]);
  });
});
