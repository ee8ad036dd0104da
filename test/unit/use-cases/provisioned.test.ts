import { describe, expect, it } from 'vitest';
import { Schedule } from '#core/build-rules.ts';
import type { HostEvent } from '#core/delivery.ts';
import { ALL_BUILDS } from '#core/ports.ts';
import { aBuild, aDelivery, aRepository, aTeam, sha, T0 } from '#test/support/memory/examples.ts';
import { approveBuild } from '#use-cases/approve-build.ts';
import { createBuild } from '#use-cases/create-build.ts';
import { retryBuild } from '#use-cases/retry-build.ts';
import { runSchedules } from '#use-cases/run-schedules.ts';
import { syncSchedules } from '#use-cases/sync-schedules.ts';
import { takeIn } from '#use-cases/take-in.ts';
import { aService } from './harness.ts';

const WHY =
  "the team has no registries yet: an operator of the installation adds acme to teams in the environment's tfvars file, and deploys";
const REFUSED = { name: 'UserError', code: 'team_not_provisioned', message: WHY };
const asked = { callerId: 't-1', unique: 'one' };
const repository = aRepository({ rules: { pull_requests: true } });
const team = aTeam();
const ended = aBuild('ended', { status: 'failed', finished_at: T0, order: 3 });
const waiting = aBuild('waiting', {
  ...{ status: 'waiting_approval', trusted: false, commit_sha: sha('b'), ref: 'refs/pull/7/head' },
});

/** A service with `acme/shop` in which these teams have registries; two builds were made when `acme` had some. */
async function given(...prefixes: string[]) {
  const service = aService();
  service.deps.refs.heads.set('refs/heads/main', sha('a'));
  await service.store.repositories.create(repository);
  for (const build of [ended, waiting]) await service.store.builds.create(build);
  const deps = {
    ...service.deps,
    provisioned: new Set(prefixes),
    host: service.host,
    onLeftOver: (error: unknown) => {
      throw error;
    },
  };
  const made = async () => {
    const { items } = await service.store.builds.list('acme', ALL_BUILDS, { limit: 9, after: null });
    return items.filter(({ id }) => id !== ended.id && id !== waiting.id);
  };
  const take = async (event: HostEvent) => {
    await service.store.deliveries.create({ ...aDelivery('d-now'), event });
    return takeIn(deps, 'd-now');
  };
  return { service, deps, made, take };
}

const push = aDelivery('any').event;
const named = { repository: 'acme/shop', host_id: null } as const;
const EVENTS: Record<string, HostEvent> = {
  'a push': push,
  'a pull request': {
    ...{ kind: 'pull_request', number: 7, action: 'opened', commit_sha: sha('a'), head_branch: 'fix' },
    ...{ head_repository: 'acme/shop', base_branch: 'main', labels: [], title: 'A fix', changed_at: T0 + 1 },
    ...named,
  },
  'a stranger’s pull request': {
    ...{ kind: 'pull_request', number: 7, action: 'opened', commit_sha: sha('a'), head_branch: 'fix' },
    ...{ head_repository: 'x/shop', base_branch: 'main', labels: [], title: 'A fix', changed_at: T0 + 1 },
    ...named,
  },
  'a wish to do it again': { kind: 'rerun', commit_sha: ended.commit_sha, ...named },
};

describe('a team without registries', () => {
  it.each(Object.keys(EVENTS))('gets no build of %s, and the delivery says why', async (name) => {
    const { take, made, service } = await given('other');
    const event = EVENTS[name] ?? push;
    const said = { verdict: 'ignored', reason: WHY, build_ids: [] };
    expect(await take(event)).toMatchObject(said);
    expect(await service.store.deliveries.get('d-now')).toMatchObject(said);
    expect(await made()).toEqual([]);
  });

  it('is refused what it asks for, before a host is asked or a build of the day is taken', async () => {
    const { deps, made } = await given('other');
    const refs = { resolve: () => Promise.reject(new Error('a host was asked')) };
    const create = createBuild({ ...deps, refs }, team, repository, { ref: 'refs/heads/main' }, asked);
    await expect(create).rejects.toMatchObject(REFUSED);
    for (const at of ['commit', 'head'] as const) {
      const retry = retryBuild({ ...deps, refs }, team, repository, ended, at, asked);
      await expect(retry).rejects.toMatchObject(REFUSED);
    }
    expect(await made()).toEqual([]);
  });

  it('is refused an approval: the build goes on waiting', async () => {
    const { deps, service } = await given('other');
    await expect(approveBuild(deps, waiting)).rejects.toMatchObject(REFUSED);
    expect(await service.store.builds.get(waiting.id)).toMatchObject({ status: 'waiting_approval' });
  });

  it.each([
    ['nobody has registries', [], []],
    ['it has', ['acme'], [{ origin: { kind: 'schedule' } }]],
  ])('its schedules say so, where %s', async (_, prefixes, builds) => {
    const { deps, made, service } = await given(...prefixes);
    const schedules = [Schedule.parse({ cron: '0 3 * * *' })];
    const nightly = { ...repository, rules: { schedules } };
    await service.store.repositories.change(repository, () => nightly);
    service.clock.now = T0;
    await syncSchedules(deps, nightly, null);
    service.clock.now = T0 + 3 * 3_600_000;
    const book = await service.store.schedules.get(repository.connection_id);
    if (book === null) throw new Error('there is no book');
    await runSchedules(deps, book);
    expect(await made()).toMatchObject(builds);
    expect(await service.store.schedules.get(repository.connection_id)).toMatchObject({
      entries: [{ last: { reason: prefixes.length === 0 ? WHY : null } }],
    });
  });
});

describe('a team with registries', () => {
  it.each(Object.keys(EVENTS))('gets a build of %s', async (name) => {
    const { take, made } = await given('other', 'acme');
    expect(await take(EVENTS[name] ?? push)).toMatchObject({ verdict: 'accepted' });
    expect(await made()).toHaveLength(1);
  });

  it('gets what it asks for', async () => {
    const { deps, made } = await given('other', 'acme');
    await createBuild(deps, team, repository, { ref: 'refs/heads/main' }, asked);
    await retryBuild(deps, team, repository, ended, 'commit', { ...asked, unique: 'two' });
    expect(await made()).toHaveLength(2);
    expect(await approveBuild(deps, waiting)).toMatchObject({ status: 'queued' });
  });
});
