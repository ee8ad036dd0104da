import { describe, expect, it } from 'vitest';
import type { Delivery, PushEvent } from '#core/delivery.ts';
import { ALL_BUILDS } from '#core/ports.ts';
import { aDelivery, aRepository, sha } from '#test/support/memory/examples.ts';
import { takeIn } from '#use-cases/take-in.ts';
import { aService, type Service } from './harness.ts';

const ALL = { rules: { branches: ['**'] } };

async function aShop(fields: Parameters<typeof aRepository>[0] = ALL): Promise<Service> {
  const service = aService();
  await service.store.repositories.create(aRepository(fields));
  return service;
}
let count = 0;
async function push(service: Service, event: Partial<PushEvent>, fields: Partial<Delivery> = {}) {
  const id = `d-${count++}`;
  await service.store.deliveries.create(aDelivery(id, event, fields));
  return takeIn(service.deps, id);
}
const builds = async (service: Service) =>
  (await service.store.builds.list('acme', ALL_BUILDS, { limit: 99, after: null })).items;

const LONG = 'x'.repeat(255);

describe('a branch of the name', () => {
  it.each([
    ['feature/a/b', 'feature-a-b-auto-aaaaaaa'],
    ['fix/#123', 'fix-123-auto-aaaaaaa'],
    ['größe', 'gr-e-auto-aaaaaaa'],
    ['功能/登录', 'ref-auto-aaaaaaa'],
    ['😀', 'ref-auto-aaaaaaa'],
    ['a\u202eb', 'a-b-auto-aaaaaaa'],
    ['$(id);`id`&|', 'id-id--auto-aaaaaaa'],
    [LONG, `${'x'.repeat(115)}-auto-aaaaaaa`],
    ['文'.repeat(255), 'ref-auto-aaaaaaa'],
    ['😀'.repeat(253), 'ref-auto-aaaaaaa'],
    ['refs/heads/main', 'refs-heads-main-auto-aaaaaaa'],
    ['HEAD', 'head-auto-aaaaaaa'],
  ])('%s is built as itself, whether the host signed it or not', async (name, tag) => {
    const ref = `refs/heads/${name}`;
    for (const trust of ['body', 'sender'] as const) {
      const service = await aShop();
      service.refs.heads.set(ref, sha('a'));
      expect(await push(service, { ref }, { trust })).toMatchObject({ verdict: 'accepted' });
      expect(await builds(service)).toMatchObject([{ ref, commit_sha: sha('a'), image: { tags: [tag] } }]);
    }
  });

  it.each(['a b', '-x', 'a/-x', '--upload-pack=id', 'a..b', 'a~1', 'x\n', 'a.lock', '', 'a\ud800'])(
    '%j is ignored with a reason that names it, and nobody is asked',
    async (name) => {
      const service = await aShop();
      service.refs.failure = new Error('asked');
      service.host.failure = new Error('asked');
      for (const trust of ['body', 'sender'] as const)
        expect(await push(service, { ref: `refs/heads/${name}` }, { trust })).toMatchObject({
          verdict: 'ignored',
          reason: expect.stringContaining('is not a valid ref name'),
        });
      expect(await builds(service)).toEqual([]);
    },
  );

  it('that git accepts and we do not says what about it', async () => {
    expect(await push(await aShop(), { ref: 'refs/heads/a/-x' })).toMatchObject({
      reason: '"refs/heads/a/-x" is not a valid ref name here: no part of it may start with a dash',
    });
  });

  it.each(['feature/#1', 'größe', LONG])('%s may be the default one', async (name) => {
    const service = await aShop({ default_branch: name });
    await push(service, { ref: `refs/heads/${name}` });
    await push(service, { ref: 'refs/heads/main' });
    expect(await builds(service)).toMatchObject([{ image: { tags: [expect.any(String), 'latest'] } }]);
  });
});

it('branches that differ in case, or in how a letter is written, are different ones', async () => {
  const service = await aShop();
  const names = ['fix', 'Fix', 'gr\u00f6\u00dfe', 'gro\u0308\u00dfe'];
  for (const name of names) await push(service, { ref: `refs/heads/${name}` });
  const made = await builds(service);
  expect(new Set(made.map(({ ref }) => ref)).size).toBe(names.length);
  expect(new Set(made.map(({ concurrency }) => concurrency?.group)).size).toBe(names.length);
});

it('tags that differ in case are built both, each in a group of its own, for the same tag of the image', async () => {
  const service = await aShop({});
  await push(service, { ref: 'refs/tags/v1', commit_sha: sha('a') });
  await push(service, { ref: 'refs/tags/V1', commit_sha: sha('b') });
  const made = await builds(service);
  expect(made.map(({ image }) => image.tags)).toEqual([['v1'], ['v1']]);
  expect(new Set(made.map(({ concurrency }) => concurrency?.group)).size).toBe(2);
});

it('a branch and a tag of one name are two things', async () => {
  const service = await aShop();
  await push(service, { ref: 'refs/heads/v1' });
  await push(service, { ref: 'refs/tags/v1' });
  const made = await builds(service);
  expect(made.map(({ image }) => image.tags).toSorted()).toEqual([['v1'], ['v1-auto-aaaaaaa']]);
  expect(new Set(made.map(({ concurrency }) => concurrency?.group)).size).toBe(2);
});

it('a push of no commit, as of the same head again, is built where no paths are filtered', async () => {
  const service = await aShop({});
  await push(service, { before_sha: sha('a'), commit_sha: sha('a') });
  expect(await builds(service)).toMatchObject([{ commit_sha: sha('a'), before_sha: sha('a') }]);
});

describe('a branch that was deleted and made again', () => {
  const deletion = { before_sha: sha('a'), commit_sha: null } as const;
  const again = { before_sha: null, commit_sha: sha('b') } as const;

  it('is built twice, and not when it goes', async () => {
    const service = await aShop({});
    expect(await push(service, {})).toMatchObject({ verdict: 'accepted' });
    expect(await push(service, deletion)).toMatchObject({ reason: 'the branch "main" was deleted' });
    expect(await push(service, again)).toMatchObject({ verdict: 'accepted' });
    expect((await builds(service)).map(({ commit_sha }) => commit_sha).toSorted()).toEqual([
      sha('a'),
      sha('b'),
    ]);
  });

  it('at the same commit as before, too', async () => {
    const service = await aShop({});
    for (const event of [{}, deletion, { ...again, commit_sha: sha('a') }]) await push(service, event);
    expect(await builds(service)).toHaveLength(2);
  });

  it('is what git says where nobody signed it: a deletion that comes late builds nothing but what is there', async () => {
    const service = await aShop({});
    expect(await push(service, deletion, { trust: 'sender' })).toMatchObject({
      reason: 'the branch "main" was deleted',
    });
    expect(await push(service, again, { trust: 'sender' })).toMatchObject({
      reason: 'the host has no branch "main"',
    });
    expect(await builds(service)).toEqual([]);
  });
});
