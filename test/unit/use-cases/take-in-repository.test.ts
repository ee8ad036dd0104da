import { describe, expect, it } from 'vitest';
import type { Delivery, HostEvent } from '#core/delivery.ts';
import { repositoryId } from '#core/ids.ts';
import { ALL_BUILDS } from '#core/ports.ts';
import { type ConnectedWebhook, NO_WEBHOOK, type Repository } from '#core/repository.ts';
import { aBuild, aDelivery, aRepository, sha, T0 } from '#test/support/memory/examples.ts';
import { takeIn } from '#use-cases/take-in.ts';
import { aService, type Service } from './harness.ts';

const HOUR = 3600_000;
const SHOP = repositoryId('github', 'acme/shop');

async function aShop(fields: Partial<Repository> = {}): Promise<Service> {
  const service = aService();
  await service.store.repositories.create(aRepository({ host_id: '7', ...fields }));
  return service;
}
let count = 0;
async function take(service: Service, event: HostEvent, fields: Partial<Delivery> = {}) {
  const id = `d-${count++}`;
  await service.store.deliveries.create({ ...aDelivery(id, {}, fields), event });
  return takeIn(service.deps, id);
}
const webhook = async (service: Service) => (await service.store.repositories.get(SHOP))?.webhook;
const state = (fields: Partial<ConnectedWebhook>) => ({ webhook: { ...NO_WEBHOOK, ...fields } });
const push = { ...aDelivery('x').event, repository: 'acme/shop' } as HostEvent;
const ping = { kind: 'ping', repository: 'acme/shop', host_id: '7' } as const;
const changed = (
  change: 'renamed' | 'transferred' | 'archived' | 'unarchived' | 'deleted',
  name = 'acme/shop',
) => ({ kind: 'repository', repository: name, host_id: '7', change, from: null }) as const;

describe('a webhook', () => {
  it.each([
    ['a ping', ping],
    ['a push', push],
  ] as const)('works once %s came', async (_, event) => {
    for (const before of ['waiting', 'manual'] as const) {
      const service = await aShop(state({ state: before, why: 'wait' }));
      await take(service, event, { received_at: T0 + 5 });
      expect(await webhook(service)).toMatchObject({ state: 'working', why: null, heard_at: T0 + 5 });
    }
  });

  it('is noted to work once an hour, and never as earlier than it was', async () => {
    const service = await aShop(state({ state: 'working', heard_at: T0 }));
    await take(service, push, { received_at: T0 + HOUR - 1 });
    expect(await webhook(service)).toMatchObject({ heard_at: T0 });
    await take(service, push, { received_at: T0 + HOUR });
    expect(await webhook(service)).toMatchObject({ heard_at: T0 + HOUR });
    await take(service, push, { received_at: T0 });
    expect(await webhook(service)).toMatchObject({ heard_at: T0 + HOUR });
  });

  it('of ours that could not be repaired works, and still says so: an older secret may sign what comes', async () => {
    for (const before of ['manual', 'working'] as const) {
      const service = await aShop(state({ state: before, why: 'the host was away', hook_id: '9' }));
      await take(service, push, { received_at: T0 + 5 });
      expect(await webhook(service)).toMatchObject({ state: 'working', why: 'the host was away' });
    }
    const tried = await aShop(state({ state: 'waiting', why: 'the next push does', hook_id: '9' }));
    await take(tried, push);
    expect(await webhook(tried)).toMatchObject({ state: 'working', why: null });
  });

  it('that the host tries with a push of what was there already builds nothing', async () => {
    const tried = state({ state: 'waiting', set_up_at: T0 - 1_000, head_at_set_up: sha('a') });
    const service = await aShop(tried);
    expect(await take(service, push)).toMatchObject({ reason: 'it is the try of the webhook' });
    expect(await webhook(service)).toMatchObject({ state: 'working' });
    expect(await take(service, push)).toMatchObject({ verdict: 'accepted' });
    const other = await aShop(state({ ...tried.webhook, head_at_set_up: sha('b') }));
    expect(await take(other, push)).toMatchObject({ verdict: 'accepted' });
    const tag = await aShop(tried);
    expect(await take(tag, { ...push, ref: 'refs/tags/v1' } as HostEvent)).toMatchObject({
      verdict: 'accepted',
    });
    const late = await aShop(tried);
    expect(await take(late, push, { received_at: T0 + HOUR })).toMatchObject({ verdict: 'accepted' });
  });
});

describe('a repository that was renamed or transferred', () => {
  it.each<[string, HostEvent]>([
    ['its host says', { ...changed('renamed', 'new/name'), from: 'acme/shop' }],
    ['its host says, by its id', changed('renamed', 'new/name')],
    ['its host says of a transfer', changed('transferred', 'new/name')],
    ['a push shows', { ...push, repository: 'new/name', host_id: '7' } as HostEvent],
  ])('is lost under its old name, as %s, with what to do', async (_, event) => {
    const service = await aShop();
    expect(await take(service, event)).toMatchObject({
      verdict: 'ignored',
      reason: expect.stringContaining('bitflow repos connect new/name --platform github'),
      team: 'acme',
    });
    expect(await webhook(service)).toMatchObject({ state: 'lost', why: expect.stringContaining('new/name') });
  });

  it('is not lost because somebody says so whom nobody vouches for', async () => {
    const service = await aShop();
    await take(service, { ...push, repository: 'new/name', host_id: '7' } as HostEvent, { trust: 'sender' });
    await take(service, changed('deleted'), { trust: 'sender' });
    expect(await webhook(service)).toEqual(NO_WEBHOOK);
  });

  it('and connected by its new name is built as that', async () => {
    const service = await aShop();
    await service.store.repositories.create(aRepository({ full_name: 'new/name', host_id: '7' }));
    const event = { ...push, repository: 'new/name', host_id: '7' } as HostEvent;
    expect(await take(service, event)).toMatchObject({ verdict: 'accepted' });
  });
});

describe('a repository', () => {
  it('that is archived or deleted is lost, and there again when the host says so', async () => {
    const service = await aShop();
    await take(service, changed('archived'));
    expect(await webhook(service)).toMatchObject({ state: 'lost', why: expect.stringContaining('archived') });
    await take(service, push); // sent before it was archived
    expect(await webhook(service)).toMatchObject({ state: 'lost' });
    await take(service, changed('unarchived'));
    expect(await webhook(service)).toMatchObject({ state: 'working', why: null });
    await take(service, changed('deleted'));
    expect(await webhook(service)).toMatchObject({ state: 'lost', why: expect.stringContaining('deleted') });
  });

  it('that the installation may not reach any more is lost until it may', async () => {
    const service = await aShop();
    const access = (change: 'granted' | 'revoked'): HostEvent => ({
      kind: 'access',
      change,
      repositories: ['Acme/Shop', 'acme/none'],
    });
    expect(await take(service, access('revoked'))).toMatchObject({
      reason: 'access was revoked to 1 of the repositories that are connected',
    });
    expect(await webhook(service)).toMatchObject({ state: 'lost' });
    await take(service, access('granted'));
    expect(await webhook(service)).toMatchObject({ state: 'working' });
  });

  it('is not touched by what another one signed, nor where it has a token of its own', async () => {
    const service = await aShop({ credential: 'own' });
    const access: HostEvent = { kind: 'access', change: 'revoked', repositories: ['acme/shop'] };
    await take(service, access);
    await take(service, access, { repository_id: 'r-other', team: 'other' });
    expect(await webhook(service)).toEqual(NO_WEBHOOK);
    const signed = { repository_id: 'r-other', team: 'other' };
    expect(await take(service, push, signed)).toMatchObject({ verdict: 'ignored', team: 'other' });
  });
});

describe('a wish to do it again', () => {
  const rerun = { kind: 'rerun', repository: 'acme/shop', host_id: '7', commit_sha: sha('a') } as const;
  const ended = { status: 'failed', finished_at: T0, order: 3 } as const;
  const all = async (service: Service) =>
    (await service.store.builds.list('acme', ALL_BUILDS, { limit: 99, after: null })).items;

  it('repeats the last build of each image that ended, once, however often it is taken in', async () => {
    const service = await aShop();
    const other = { image: { registry: null, name: 'acme/shop/api', tags: ['x'] } };
    await service.store.builds.create(aBuild('first', ended));
    await service.store.builds.create(aBuild('second', { ...ended, created_at: T0 + 1, order: 4 }));
    await service.store.builds.create(aBuild('other', { ...ended, ...other }));
    await service.store.builds.create(
      aBuild('running', { ...other, status: 'running', ref: 'refs/heads/x' }),
    );
    await service.store.deliveries.create({ ...aDelivery('d-again'), event: rerun });
    const dying = {
      ...service.store,
      deliveries: { ...service.store.deliveries, decide: () => Promise.reject(new Error('killed')) },
    };
    await expect(takeIn({ ...service.deps, store: dying }, 'd-again')).rejects.toThrow('killed');
    const made = (await all(service)).filter(({ retry_of }) => retry_of !== null);
    for (const { id } of made) await service.store.builds.apply(id, { type: 'cancel_requested', at: T0 + 2 });
    const decided = await takeIn(service.deps, 'd-again');
    expect(decided?.build_ids.toSorted()).toEqual(made.map(({ id }) => id).toSorted());
    expect(await all(service)).toHaveLength(6);
    expect(made.map(({ retry_of, order }) => [retry_of, order])).toEqual(
      expect.arrayContaining([
        [aBuild('second').id, 4],
        [aBuild('other').id, 3],
      ]),
    );
  });

  it('has a stranger’s commit that nobody let run wait again, and one that was let run again', async () => {
    const service = await aShop();
    const fork = { ...ended, trusted: false, pull_request: { number: 7, fork: true } };
    await service.store.builds.create(aBuild('waited', { ...fork, status: 'expired' }));
    await service.store.builds.create(aBuild('ran', { ...fork, attempt: 1, commit_sha: sha('b') }));
    await take(service, rerun);
    await take(service, { ...rerun, commit_sha: sha('b') });
    const made = (await all(service)).filter(({ retry_of }) => retry_of !== null);
    expect(made.map(({ commit_sha, status, trusted }) => [commit_sha[0], status, trusted])).toEqual(
      expect.arrayContaining([
        ['a', 'waiting_approval', false],
        ['b', 'queued', false],
      ]),
    );
  });

  it('is ignored where nothing has ended', async () => {
    expect(await take(await aShop(), rerun)).toMatchObject({ reason: 'no build of that commit has ended' });
  });
});

describe('a name that another repository has now', () => {
  const builds = async (service: Service) =>
    (await service.store.builds.list('acme', ALL_BUILDS, { limit: 99, after: null })).items;

  it('has nothing built that is pushed there, and says so', async () => {
    const service = await aShop(state({ state: 'working' }));
    const stranger = { ...push, host_id: '8' } as HostEvent;
    expect(await take(service, stranger)).toMatchObject({
      verdict: 'ignored',
      reason: expect.stringContaining('is another repository at its host now'),
    });
    expect(await builds(service)).toEqual([]);
    expect(await webhook(service)).toMatchObject({ state: 'lost', why: expect.stringContaining('another') });
    // what is its own still counts
    expect(await take(service, { ...push, host_id: '7' } as HostEvent)).toMatchObject({
      verdict: 'accepted',
    });
  });

  it('is not brought back by what becomes of that one', async () => {
    const service = await aShop(state({ state: 'lost', why: 'it was deleted' }));
    await take(service, { ...changed('unarchived'), host_id: '8' });
    expect(await webhook(service)).toMatchObject({ state: 'lost' });
  });
});

describe('a repository that another team connected', () => {
  it('gets nothing of what was signed for the team that had it before', async () => {
    const service = await aShop({ team: 'other' });
    const signed = { team: 'acme', repository_id: SHOP };
    expect(await take(service, push, signed)).toMatchObject({
      verdict: 'ignored',
      reason: expect.stringContaining('is not connected'),
      team: 'acme',
    });
    expect(await take(service, changed('renamed', 'acme/new'), signed)).toMatchObject({ verdict: 'ignored' });
    expect(await webhook(service)).toMatchObject(NO_WEBHOOK);
  });
});
