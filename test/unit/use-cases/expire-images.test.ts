import { describe, expect, it } from 'vitest';
import type { Build } from '#core/build.ts';
import { TransientError, UserError } from '#core/errors.ts';
import { aBuild, digestOf, SHOP, T0 } from '#test/support/memory/examples.ts';
import { pointTag } from '#use-cases/image-tags.ts';
import { promote } from '#use-cases/promote.ts';
import { sweep } from '#use-cases/sweep.ts';
import { aService, PATHS, promotingWithImage, released, type Service } from './harness.ts';

const PATH = `${PATHS.release}/shop`;
const EXPIRES = T0 + 500_000;
const FIELDS: Partial<Build> = {
  image: { registry: null, name: 'acme/shop', tags: ['pr-7-aaaaaaa'] },
  pull_request: { number: 7, fork: false },
  expires_at: EXPIRES,
};

/** A service that released the image of a pull request, whose time is over. */
async function aged(fields: Partial<Build> = {}): Promise<{ service: Service; build: Build }> {
  const service = aService();
  const build = await promotingWithImage(service, 1, { ...FIELDS, ...fields });
  await promote(service.deps, build);
  return { service, build };
}
const image = (service: Service, digit = '1') => service.registry.digest(PATH, digestOf(digit));
const expiry = async (service: Service, { id }: Build) => (await service.store.builds.get(id))?.expires_at;

describe('an image of a pull request', () => {
  it('goes with its tag once its time is over, and not before', async () => {
    const { service, build } = await aged();
    service.clock.now = EXPIRES;
    await sweep(service.deps);
    expect(released(service, 'pr-7-aaaaaaa')).toBe(digestOf('1'));
    service.clock.now += 1;
    expect((await sweep(service.deps)).failures).toEqual([]);
    expect(released(service, 'pr-7-aaaaaaa')).toBeNull();
    expect(await image(service)).toBeNull();
    expect(await expiry(service, build)).toBeNull();
    expect(await service.store.builds.get(build.id)).toMatchObject({ status: 'succeeded' });
  });

  it('leaves its tag to a later build of the same commit', async () => {
    const { service } = await aged();
    const again = await promotingWithImage(service, 2, {
      ...FIELDS,
      ...{ order: 1, created_at: T0 + 1, expires_at: EXPIRES * 2 },
    });
    await promote(service.deps, again);
    expect((await sweep(service.deps)).failures).toEqual([]);
    expect(released(service, 'pr-7-aaaaaaa')).toBe(digestOf('2'));
    expect(await image(service)).toBeNull();
    expect(await image(service, '2')).not.toBeNull();
  });

  it('gives way to one that is being released just then', async () => {
    const { service } = await aged();
    const again = await promotingWithImage(service, 2, {
      ...FIELDS,
      order: 1,
      created_at: T0 + 1,
      expires_at: null,
    });
    await sweep(service.deps);
    await promote(service.deps, again);
    expect(released(service, 'pr-7-aaaaaaa')).toBe(digestOf('2'));
  });

  it('stays where a person has put a tag on it', async () => {
    const { service, build } = await aged();
    await pointTag(service.deps, SHOP, 'keep', digestOf('1'));
    expect((await sweep(service.deps)).failures).toEqual([]);
    expect(released(service, 'pr-7-aaaaaaa')).toBeNull();
    expect(released(service, 'keep')).toBe(digestOf('1'));
    expect(await expiry(service, build)).toBeNull();
  });

  it.each([
    ['removeTag', 'before'],
    ['removeTag', 'after'],
    ['delete', 'before'],
    ['delete', 'after'],
  ] as const)('goes at the next try where the registry fails at %s, %s it did it', async (what, when) => {
    const { service, build } = await aged();
    service.registry.faults.plan(what, when, new TransientError('away'));
    expect((await sweep(service.deps)).failures).toHaveLength(1);
    expect(await expiry(service, build)).toBe(EXPIRES);
    service.clock.now += 60_000;
    expect((await sweep(service.deps)).failures).toEqual([]);
    expect([await image(service), released(service, 'pr-7-aaaaaaa')]).toEqual([null, null]);
    expect(await expiry(service, build)).toBeNull();
  });

  it('stays in a registry that deletes none', async () => {
    const { service, build } = await aged();
    service.registry.faults.plan('delete', 'before', new UserError('refused', 'not supported'));
    expect((await sweep(service.deps)).failures).toEqual([]);
    expect(await expiry(service, build)).toBeNull();
  });

  it('waits while somebody decides over it', async () => {
    const { service, build } = await aged();
    await service.store.imageLocks.take(SHOP, digestOf('1'), 'a person', service.clock.now, 10_000);
    expect((await sweep(service.deps)).failures).toHaveLength(1);
    expect(await expiry(service, build)).toBe(EXPIRES);
    service.clock.now += 10_001;
    await sweep(service.deps);
    expect(await image(service)).toBeNull();
  });

  it('is none of a build that failed, and of one that is under way nothing is touched', async () => {
    const service = aService();
    const [failed, running] = [
      aBuild('failed', { ...FIELDS, status: 'failed' }),
      aBuild('running', { ...FIELDS, status: 'waiting_approval', queued_at: service.clock.now }),
    ];
    for (const build of [failed, running]) await service.store.builds.create(build);
    service.registry.push(PATH, 'pr-7-aaaaaaa', digestOf('9'));
    expect((await sweep(service.deps)).failures).toEqual([]);
    expect(released(service, 'pr-7-aaaaaaa')).toBe(digestOf('9'));
    expect([await expiry(service, failed), await expiry(service, running)]).toEqual([null, EXPIRES]);
  });
});
