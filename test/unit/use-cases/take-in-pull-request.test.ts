import { describe, expect, it } from 'vitest';
import { APPROVAL_LABEL, APPROVAL_TTL_S, PULL_REQUEST_IMAGE_MS } from '#core/build-rules.ts';
import type { Delivery, PullRequestEvent } from '#core/delivery.ts';
import { TransientError } from '#core/errors.ts';
import { ALL_BUILDS, type HostPullRequest } from '#core/ports.ts';
import { aDelivery, aRepository, aTeam, sha, T0 } from '#test/support/memory/examples.ts';
import { memoryStore } from '#test/support/memory/index.ts';
import { approveBuild } from '#use-cases/approve-build.ts';
import { takeIn } from '#use-cases/take-in.ts';
import { aService, published, type Service } from './harness.ts';

const EVENT: PullRequestEvent = {
  kind: 'pull_request',
  repository: 'acme/shop',
  host_id: null,
  number: 7,
  action: 'opened',
  commit_sha: sha('a'),
  head_branch: 'fix',
  head_repository: 'stranger/shop',
  base_branch: 'main',
  labels: [],
  title: 'A fix',
  changed_at: T0 + 1,
};

/** A service whose `acme/shop` builds pull requests. */
async function aShop(rules = { pull_requests: true }): Promise<Service> {
  const service = aService();
  await service.store.repositories.create(aRepository({ rules }));
  return service;
}

let deliveries = 0;
/** Takes an event in; `fields` of the delivery. */
async function take(service: Service, event: Partial<PullRequestEvent>, fields: Partial<Delivery> = {}) {
  const id = `d-${deliveries++}`;
  const received_at = service.clock.now;
  await service.store.deliveries.create({
    ...aDelivery(id, {}, { received_at, ...fields }),
    event: { ...EVENT, ...event },
  });
  return takeIn(service.deps, id);
}
const known = (service: Service, fields: Partial<HostPullRequest> = {}) => {
  const { kind: _, action: __, ...request } = EVENT;
  service.host.pullRequests.set(7, { ...request, open: true, ...fields });
};
const builds = async (service: Service) =>
  (await service.store.builds.list('acme', ALL_BUILDS, { limit: 99, after: null })).items;
const states = async (service: Service) =>
  Object.fromEntries((await builds(service)).map((build) => [build.commit_sha[0], build.status]));

describe('a pull request of the repository itself', () => {
  it('is built as code of the team, with a tag that goes again', async () => {
    const service = await aShop();
    await take(service, { head_repository: 'Acme/Shop' });
    expect(await builds(service)).toMatchObject([
      {
        status: 'queued',
        trusted: true,
        ref: 'refs/pull/7/head',
        pull_request: { number: 7, fork: false },
        image: { tags: ['pr-7-aaaaaaa'] },
        expires_at: service.clock.now + PULL_REQUEST_IMAGE_MS,
        pushed_at: T0 + 1,
        concurrency: { policy: 'cancel' },
      },
    ]);
  });

  it('has the rules of its own commit, mistakes included', async () => {
    const service = await aShop({ pull_requests: false });
    service.host.files.set(`${sha('a')}:bitflow.toml`, '[rules]\npull_requests = true\n');
    service.host.files.set(`${sha('b')}:bitflow.toml`, '[rules]\npull_requests = 1\n');
    await take(service, { head_repository: 'acme/shop' });
    await take(service, { head_repository: 'acme/shop', commit_sha: sha('b') });
    expect(await states(service)).toEqual({ a: 'queued' });
    const mistaken = await aShop();
    mistaken.host.files.set(`${sha('b')}:bitflow.toml`, 'x = 1');
    await take(mistaken, { head_repository: 'acme/shop', commit_sha: sha('b') });
    expect(await states(mistaken)).toEqual({ b: 'failed' });
  });
});

describe('a pull request from a fork', () => {
  it('waits for approval, as code that is not trusted, and takes no place among the builds of the day', async () => {
    const service = await aShop();
    const decided = await take(service, {});
    expect(decided).toMatchObject({ verdict: 'accepted', reason: expect.stringContaining('approval') });
    expect(await builds(service)).toMatchObject([
      {
        status: 'waiting_approval',
        trusted: false,
        pull_request: { number: 7, fork: true },
        queue_ttl_s: APPROVAL_TTL_S,
        image: { tags: ['pr-7-aaaaaaa'] },
      },
    ]);
    expect(published(service, 'builds')).toEqual([]);
  });

  it.each([null, 'stranger/shop', 'acme/shop2'])(
    'is one where its head lies at %s',
    async (head_repository) => {
      const service = await aShop();
      await take(service, { head_repository });
      expect((await builds(service))[0]?.trusted).toBe(false);
    },
  );

  it('has no say in the rules: those of the branch that it is made to hold', async () => {
    const service = await aShop({ pull_requests: false });
    const own = '[rules]\npull_requests = true\n[[images]]\nname = "evil"\n';
    service.host.files.set(`${sha('a')}:bitflow.toml`, own);
    expect(await take(service, {})).toMatchObject({
      verdict: 'ignored',
      reason: expect.stringContaining('pull_requests = true'),
    });
    service.refs.heads.set('refs/heads/main', sha('c'));
    service.host.files.set(
      `${sha('c')}:bitflow.toml`,
      '[rules]\npull_requests = true\nimage_tags = { branch = ["latest"] }\n[[images]]\nname = "api"\n',
    );
    await take(service, {});
    expect(await builds(service)).toMatchObject([
      { image: { name: 'acme/shop/api', tags: ['pr-7-aaaaaaa'] } },
    ]);
  });

  it('has only the images built that it changes against that branch', async () => {
    const service = await aShop();
    service.refs.heads.set('refs/heads/main', sha('c'));
    const text =
      '[rules]\npull_requests = true\n[[images]]\nname = "a"\nroot = "a"\n[[images]]\nname = "b"\nroot = "b"\n';
    service.host.files.set(`${sha('c')}:bitflow.toml`, text);
    service.host.changes.set(`${sha('c')}..${sha('a')}`, { known: true, paths: ['b/x'] });
    await take(service, {});
    expect((await builds(service)).map(({ image }) => image.name)).toEqual(['acme/shop/b']);
  });

  it('waits anew with each commit, and the newest takes the place of the others, in whichever order they come', async () => {
    const service = await aShop();
    await take(service, { commit_sha: sha('b'), action: 'updated', changed_at: T0 + 2 });
    await take(service, { commit_sha: sha('c'), action: 'updated', changed_at: T0 + 3 });
    await take(service, { commit_sha: sha('a'), changed_at: T0 + 1 });
    expect(await states(service)).toEqual({
      a: 'cancelled',
      b: 'cancelled',
      c: 'waiting_approval',
    });
    expect((await builds(service)).filter(({ reason }) => reason === 'superseded')).toHaveLength(2);
  });
});

describe('a pull request', () => {
  it('that is closed has its builds cancelled, unless it is open again', async () => {
    const service = await aShop();
    await take(service, {});
    known(service);
    expect(await take(service, { action: 'closed' })).toMatchObject({ reason: 'the pull request 7 is open' });
    expect(await states(service)).toEqual({ a: 'waiting_approval' });
    known(service, { open: false });
    expect(await take(service, { action: 'closed' })).toMatchObject({
      reason: expect.stringContaining('builds are cancelled'),
    });
    expect(await states(service)).toEqual({ a: 'cancelled' });
    expect(await take(service, { commit_sha: sha('b'), action: 'updated' })).toMatchObject({
      reason: 'the pull request 7 is closed by now',
    });
  });

  it('of which nobody signed that it was closed, and which the host does not know, cancels nothing', async () => {
    const service = await aShop();
    await take(service, {});
    await take(service, { action: 'closed' }, { trust: 'sender' });
    expect(await states(service)).toEqual({ a: 'waiting_approval' });
  });

  it('of which nobody signed the event is what the API has', async () => {
    const service = await aShop();
    expect(await take(service, {}, { trust: 'sender' })).toMatchObject({
      reason: expect.stringContaining('has no pull request 7'),
    });
    known(service, { commit_sha: sha('b'), head_repository: 'other/shop', changed_at: null });
    await take(service, { head_repository: 'acme/shop' }, { trust: 'sender' });
    expect(await builds(service)).toMatchObject([{ commit_sha: sha('b'), trusted: false }]);
  });

  it('is skipped where the message of its head says so', async () => {
    const service = await aShop();
    service.host.messages.set(sha('a'), 'x [ci skip]');
    expect(await take(service, {})).toMatchObject({ verdict: 'ignored' });
  });
});

describe('the label', () => {
  const labeled: Partial<PullRequestEvent> = {
    action: 'labeled',
    labels: [APPROVAL_LABEL],
    added_labels: [APPROVAL_LABEL],
  };

  it('approves the builds of the commit that it was put on', async () => {
    const service = await aShop();
    await take(service, {});
    known(service, { labels: [APPROVAL_LABEL] });
    const [build] = await builds(service);
    expect(await take(service, labeled)).toMatchObject({
      verdict: 'accepted',
      build_ids: [build?.id],
    });
    expect(await builds(service)).toMatchObject([{ status: 'queued', trusted: false, queue_ttl_s: 3600 }]);
    expect(published(service, 'builds')).toHaveLength(1);
  });

  it.each<[string, Partial<PullRequestEvent>, Partial<HostPullRequest>, Partial<Delivery>]>([
    ['is an old one beside a new one', { added_labels: ['docs'] }, {}, {}],
    ['is not told to be new', { added_labels: undefined }, {}, {}],
    ['is gone again', {}, { labels: [] }, {}],
    ['was put on an older commit', {}, { commit_sha: sha('b') }, {}],
    ['was put on, says somebody who signed nothing', {}, {}, { trust: 'sender' }],
  ])('approves nothing where it %s', async (_, event, api, fields) => {
    const service = await aShop();
    await take(service, {});
    known(service, { labels: [APPROVAL_LABEL], ...api });
    expect(await take(service, { ...labeled, ...event }, fields)).toMatchObject({
      verdict: 'ignored',
    });
    expect(await states(service)).toEqual({ a: 'waiting_approval' });
  });

  it('that comes before the builds is looked at again, for a while', async () => {
    const service = await aShop();
    known(service, { labels: [APPROVAL_LABEL] });
    await expect(take(service, labeled)).rejects.toThrow(TransientError);
    await take(service, {});
    expect(await takeIn(service.deps, `d-${deliveries - 2}`)).toMatchObject({
      reason: expect.stringContaining('approves'),
    });
    expect(await take(service, { ...labeled, commit_sha: sha('d') }, { received_at: T0 })).toMatchObject({
      verdict: 'ignored',
    });
  });
});

describe('approving', () => {
  it('takes a place among the builds of the day, once, and is refused where there is none', async () => {
    const service = aService();
    const store = memoryStore({
      teams: [aTeam({ limits: { ...aTeam().limits, builds_per_day: 1 } })],
    });
    const deps = { ...service.deps, store };
    await store.repositories.create(aRepository({ rules: { pull_requests: true } }));
    for (const number of [1, 2]) {
      await store.deliveries.create({ ...aDelivery(`d-${number}`), event: { ...EVENT, number } });
      await takeIn(deps, `d-${number}`);
    }
    const all = await store.builds.list('acme', ALL_BUILDS, { limit: 9, after: null });
    const [first, second] = all.items;
    if (!first || !second) throw new Error('there are no builds');
    expect((await approveBuild(deps, first)).status).toBe('queued');
    expect((await approveBuild(deps, first)).status).toBe('queued');
    await expect(approveBuild(deps, second)).rejects.toMatchObject({ code: 'rate_limited' });
    await store.builds.apply(second.id, { type: 'cancel_requested', at: T0 });
    await expect(approveBuild(deps, { ...second, status: 'cancelled' })).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});
