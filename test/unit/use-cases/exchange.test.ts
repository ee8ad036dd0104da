import { describe, expect, it } from 'vitest';
import type { Build } from '#core/build.ts';
import { DEFAULT_CONFIG } from '#core/build-config.ts';
import { TransientError } from '#core/errors.ts';
import { ExchangeGrant } from '#core/exchange.ts';
import { attemptTag, callbackToken, connectionId, eventKey, exchangeToken } from '#core/ids.ts';
import type { Provisioned } from '#core/provisioned.ts';
import { REPORT } from '#core/reporting.ts';
import { secretId } from '#core/repository.ts';
import { Secret } from '#core/secret.ts';
import { aBuild, aRepository, sha, T0 } from '#test/support/memory/examples.ts';
import { memoryHost, memoryHosts } from '#test/support/memory/git-host.ts';
import { memorySecrets } from '#test/support/memory/secrets.ts';
import { cancelBuild } from '#use-cases/cancel-build.ts';
import { exchange } from '#use-cases/exchange.ts';
import { AREAS, aService, EXCHANGE_KEY } from './harness.ts';

const BUILDER = 'builder@demo.iam.gserviceaccount.com';
const FORKS = 'builder-forks@demo.iam.gserviceaccount.com';
const known = { created_at: T0, updated_at: T0 };
const repository = aRepository({ secrets: { NPM_TOKEN: known, GONE: known } });
const { id } = aBuild('x');

async function setUp(fields: Partial<Build> = {}, provisioned: Provisioned = new Set(['acme'])) {
  const service = aService();
  await service.store.repositories.create(repository);
  await service.store.builds.create(
    aBuild('x', { status: 'submitted', attempt: 1, order: 1, cloud_build_id: 'cb-1', ...fields }),
  );
  const leftOver: unknown[] = [];
  const deps = {
    ...service.deps,
    onLeftOver: (error: unknown) => {
      leftOver.push(error);
    },
    secrets: memorySecrets({
      [secretId(repository.connection_id, 'NPM_TOKEN')]: 'npm-secret',
      'bitflow-c-other-NPM_TOKEN': 'not yours',
    }),
    identity: {
      verify: async (token: string) => (token.startsWith('id:') ? { email: token.slice(3) } : null),
    },
    hosts: {
      ...memoryHosts(),
      github: memoryHost('github', { username: 'x-access-token', password: new Secret('clone-secret') }),
    },
    callbackUrl: 'https://builds.example.com',
    builderAccounts: { trusted: BUILDER, forks: FORKS },
    registry: AREAS,
    provisioned,
    registryCredential: async (prefix: string, trusted: boolean) => ({
      username: 'oauth2',
      password: new Secret(`registry-secret of ${prefix}'s ${trusted ? 'own' : 'forks'}`),
    }),
    limits: { image_bytes: 10, log_bytes: 20 },
  };
  const ask = (
    fields: { cloud_build_id?: string; token?: string; attempt?: number; identity?: string } = {},
  ) => {
    const attempt = fields.attempt ?? 1;
    const token = fields.token ?? exchangeToken(EXCHANGE_KEY, id, attempt);
    const request = {
      version: 1,
      build_id: id,
      attempt,
      token,
      cloud_build_id: fields.cloud_build_id ?? 'cb-1',
    } as const;
    return exchange(deps, fields.identity ?? `id:${BUILDER}`, request);
  };
  return { service, ask, leftOver };
}

describe('exchange', () => {
  it('binds the Cloud Build and grants all that the build needs', async () => {
    const { service, ask } = await setUp();
    const grant = await ask();
    expect(ExchangeGrant.parse(grant)).toEqual({
      version: 1,
      build: {
        id,
        attempt: 1,
        repository: 'acme/shop',
        ref: 'refs/heads/main',
        commit_sha: sha('a'),
        root_directory: '.',
        builder_type: 'auto',
        trusted: true,
        timeout_s: 1800,
        config: DEFAULT_CONFIG,
      },
      clone: {
        url: repository.clone_url,
        credential: { username: 'x-access-token', password: 'clone-secret' },
      },
      registry: {
        staging: 'registry/acme-staging/shop',
        staging_tag: attemptTag(id, 1),
        cache_from: ['registry/acme-cache/shop'],
        cache_to: 'registry/acme-cache/shop',
        credential: { username: 'oauth2', password: "registry-secret of acme's own" },
      },
      secrets: { NPM_TOKEN: 'npm-secret' },
      event_key: eventKey(EXCHANGE_KEY, id, 1),
      topics: { events: 'build-events', logs: 'build-logs' },
      callback: {
        url: `https://builds.example.com/v1/builds/${id}/callback`,
        token: callbackToken(EXCHANGE_KEY, id, 1),
      },
      limits: { image_bytes: 10, log_bytes: 20 },
    });
    const bound = { status: 'running', bound: true, cloud_build_id: 'cb-1', started_at: service.clock.now };
    expect(await service.store.builds.get(id)).toMatchObject(bound);
  });

  it.each([
    ['off', [], null],
    ['refresh', [], 'registry/acme-cache/shop'],
  ] as const)('names the caches that a build may use where the cache is %s', async (cache, from, to) => {
    const { ask } = await setUp({ config: { ...DEFAULT_CONFIG, cache } });
    expect((await ask()).registry).toMatchObject({ cache_from: from, cache_to: to });
  });

  it.each(['on', 'off', 'refresh'] as const)(
    'gives a fork no secret and no cache to write, where the cache is %s',
    async (cache) => {
      const { ask } = await setUp({ trusted: false, config: { ...DEFAULT_CONFIG, cache } });
      const grant = await ask({ identity: `id:${FORKS}` });
      expect(grant).toMatchObject({
        build: { trusted: false },
        clone: { credential: { password: 'clone-secret' } },
        secrets: {},
        registry: {
          ...{ cache_from: cache === 'on' ? ['registry/acme-cache/shop'] : [], cache_to: null },
          credential: { password: "registry-secret of acme's forks" },
        },
      });
      expect(JSON.stringify(grant)).not.toContain('npm-secret');
    },
  );

  it('writes no secret into the store or a message', async () => {
    const { service, ask } = await setUp();
    await ask();
    const written = JSON.stringify([await service.store.builds.get(id), service.bus.published]);
    const keys = [eventKey(EXCHANGE_KEY, id, 1), callbackToken(EXCHANGE_KEY, id, 1)];
    for (const value of ['npm-secret', 'clone-secret', 'registry-secret', ...keys]) {
      expect(written).not.toContain(value);
    }
  });

  it('gives the bound one the same grant again', async () => {
    const { service, ask } = await setUp();
    const first = await ask();
    const bound = await service.store.builds.get(id);
    expect(await ask()).toEqual(first);
    expect(await service.store.builds.get(id)).toEqual(bound);
  });

  it.each([
    ['no identity', { identity: 'bad' }],
    ['the identity of another account', { identity: 'id:someone@else.example' }],
    ['a wrong token', { token: 'x' }],
    ['an empty token', { token: '' }],
    ['the token of another attempt', { token: exchangeToken(EXCHANGE_KEY, id, 2) }],
    ['the token of another build', { token: exchangeToken(EXCHANGE_KEY, aBuild('y').id, 1) }],
    ['the event key for a token', { token: eventKey(EXCHANGE_KEY, id, 1) }],
  ])('refuses %s, and binds nothing', async (_, fields) => {
    const { service, ask } = await setUp();
    await expect(ask(fields)).rejects.toMatchObject({ name: 'UserError', code: 'unauthenticated' });
    expect(await service.store.builds.get(id)).toMatchObject({ status: 'submitted', bound: false });
  });

  it.each([
    ['a build of the repository’s own code', true, FORKS],
    ['a build of a fork', false, BUILDER],
  ])('refuses %s that comes as the other account, and binds nothing', async (_, trusted, account) => {
    const { service, ask } = await setUp({ trusted });
    await expect(ask({ identity: `id:${account}` })).rejects.toMatchObject({
      name: 'UserError',
      code: 'unauthenticated',
    });
    expect(await service.store.builds.get(id)).toMatchObject({ status: 'submitted', bound: false });
  });

  it('lets one of two Cloud Builds in, and ends the one it knew of', async () => {
    const { service, ask } = await setUp();
    await ask({ cloud_build_id: 'cb-2' });
    await expect(ask({ cloud_build_id: 'cb-1' })).rejects.toMatchObject({ code: 'conflict' });
    expect(await service.store.builds.get(id)).toMatchObject({ cloud_build_id: 'cb-2', effects: [REPORT] });
    expect(service.cloudBuilds.cancelled).toEqual(['cb-1']);
  });

  it('does not refuse the rightful one where the other cannot be ended now: that is owed, and told', async () => {
    const { service, ask, leftOver } = await setUp();
    const away = new TransientError('Cloud Build is away');
    service.cloudBuilds.faults.plan('cancel', 'before', away);
    expect(await ask({ cloud_build_id: 'cb-2' })).toMatchObject({ build: { id, attempt: 1 } });
    expect(leftOver).toEqual([away]);
    const owed = { kind: 'cancel_cloud_build', attempt: 1, cloud_build_id: 'cb-1' };
    expect(await service.store.builds.get(id)).toMatchObject({ status: 'running', effects: [owed, REPORT] });
    await ask({ cloud_build_id: 'cb-2' });
    expect(service.cloudBuilds.cancelled).toEqual(['cb-1']);
    expect(await service.store.builds.get(id)).toMatchObject({ status: 'running', effects: [REPORT] });
    expect(leftOver).toHaveLength(1);
  });

  it('lets exactly one in where many come at once', async () => {
    const { ask } = await setUp();
    const all = await Promise.allSettled(
      ['cb-1', 'cb-2', 'cb-3'].map((cloud_build_id) => ask({ cloud_build_id })),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('refuses after a cancel, and an attempt that is over', async () => {
    const { service, ask } = await setUp();
    await expect(ask({ attempt: 2 })).rejects.toMatchObject({ code: 'conflict' });
    await cancelBuild(service.deps, id);
    await expect(ask()).rejects.toMatchObject({ code: 'conflict' });
  });

  it.each([
    ['was disconnected', null],
    ['is another team’s now', { team: 'other' }],
    ['was connected anew by the same team', {}],
  ])('gives nothing where the repository %s, and ends the build', async (_, again) => {
    const { service, ask } = await setUp();
    const { repositories, builds } = service.store;
    await repositories.disconnect(repository, T0);
    const anew = { ...repository, ...again, connection_id: connectionId('again') };
    if (again !== null) await repositories.create(anew);
    await expect(ask()).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/no longer connected/),
    });
    expect(await builds.get(id)).toMatchObject({
      status: 'cancelling',
      reason: 'disconnected',
      effects: [REPORT],
    });
    expect(service.cloudBuilds.cancelled).toEqual(['cb-1']);
    await expect(ask()).rejects.toMatchObject({ code: 'conflict' });
  });

  it.each([
    ['another', new Set(['other'])],
    ['no', new Set<string>()],
  ])('ends the build of a team without registries, where %s team has some', async (_, teams) => {
    const { service, ask, leftOver } = await setUp({}, teams);
    const message = expect.stringContaining('adds acme to teams');
    await expect(ask()).rejects.toMatchObject({ code: 'team_not_provisioned', message });
    expect(await service.store.builds.get(id)).toMatchObject({
      status: 'failed',
      error: { code: 'team_not_provisioned', message, source: 'service' },
      finished_at: service.clock.now,
      effects: [REPORT],
    });
    expect(leftOver).toEqual([]);
    await expect(ask()).rejects.toMatchObject({ code: 'conflict' });
  });

  it('ends it also where it died after the Cloud Build was bound', async () => {
    const { service, ask } = await setUp({}, new Set());
    const event = { type: 'exchanged', at: T0, attempt: 1, cloud_build_id: 'cb-1' } as const;
    await service.store.builds.apply(id, event);
    await expect(ask()).rejects.toMatchObject({ code: 'team_not_provisioned' });
    expect(await service.store.builds.get(id)).toMatchObject({ status: 'failed' });
  });

  it('refuses the bound one too once its build is cancelled or over', async () => {
    const { service, ask } = await setUp();
    await ask();
    await service.store.builds.apply(id, { type: 'cancel_requested', at: T0 });
    await expect(ask()).rejects.toMatchObject({ code: 'conflict' });
  });
});
