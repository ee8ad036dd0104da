import { describe, expect, it } from 'vitest';
import { isTerminal } from '#core/build.ts';
import { LAST_LOOK_MS } from '#core/disconnection.ts';
import { exchangeToken } from '#core/ids.ts';
import { ALL_BUILDS } from '#core/ports.ts';
import { NO_WEBHOOK, secretId } from '#core/repository.ts';
import { Secret } from '#core/secret.ts';
import { aBuild, aDelivery, aRepository, sha, T0 } from '#test/support/memory/examples.ts';
import { memoryHosts } from '#test/support/memory/git-host.ts';
import { cancelBuild } from '#use-cases/cancel-build.ts';
import { cleanUp } from '#use-cases/disconnect.ts';
import { exchange } from '#use-cases/exchange.ts';
import { repairConnection } from '#use-cases/repair-connection.ts';
import { removeSecret, setSecret } from '#use-cases/repository-secrets.ts';
import { sweep } from '#use-cases/sweep.ts';
import { takeIn } from '#use-cases/take-in.ts';
import { AREAS, aService, EXCHANGE_KEY, report, type Service } from './harness.ts';
import { atEachCall, deathAt, watched } from './watched.ts';

const times = { created_at: T0, updated_at: T0 };
const repository = aRepository({
  secrets: { OLD: times },
  webhook: { ...NO_WEBHOOK, state: 'working', hook_id: 'hook-old', set_up_at: T0 },
});
const OLD = secretId(repository.connection_id, 'OLD');

type Deps = Service['deps'];

/** A connected repository with a secret, a build that waits and one that was submitted. */
async function given() {
  const service = aService();
  const { store, secrets, hosts } = service;
  await store.repositories.create(repository);
  await secrets.put(OLD, new Secret('old'));
  const url = 'https://hooks.example.com/v1/webhooks/github/events';
  hosts.github.hooks.set('hook-old', { url, secret: 'old', full_name: repository.full_name });
  await store.builds.create(aBuild('queued'));
  const submitted = { status: 'submitted', attempt: 1, order: 1, cloud_build_id: 'cb-1' } as const;
  await store.builds.create(aBuild('submitted', submitted));
  await store.deliveries.create(aDelivery('d-1', { commit_sha: sha('b') }));
  return service;
}

async function disconnect(deps: Deps): Promise<void> {
  const note = await deps.store.repositories.disconnect(repository, deps.now());
  if (note !== null) await cleanUp(deps, note);
}

/** Sweeps after the grace, and once more when the last look is due: all is well by then, or never. */
async function settle(service: Service): Promise<void> {
  for (const ms of [service.deps.graceMs + 1, LAST_LOOK_MS + service.deps.graceMs]) {
    service.clock.now += ms;
    expect((await sweep(service.deps)).failures).toEqual([]);
    await report(service);
  }
}

async function expectNothingLeft({ store, secrets, hosts }: Service): Promise<void> {
  expect([...hosts.github.hooks]).toEqual([]);
  expect(await store.repositories.get(repository.id)).toBeNull();
  expect(secrets.ids()).toEqual([]);
  expect(await store.repositories.disconnections(Number.MAX_SAFE_INTEGER, 9)).toEqual([]);
  const { items } = await store.builds.list('acme', ALL_BUILDS, { limit: 99, after: null });
  for (const build of items) {
    expect(isTerminal(build.status)).toBe(true);
    expect(build.effects).toEqual([]);
  }
}

/** What people, hosts and builders do with a repository. */
const ACTIONS = {
  'set a secret': (deps: Deps) => setSecret(deps, repository, 'NEW', new Secret('new')),
  'set a secret again': (deps: Deps) => setSecret(deps, repository, 'OLD', new Secret('new')),
  'remove a secret': (deps: Deps) => removeSecret(deps, repository, 'OLD'),
  'set the webhook up': (deps: Deps) => repairConnection(deps, repository, new Secret('token')),
  'take a push in': (deps: Deps) => takeIn(deps, 'd-1'),
  'cancel a build': (deps: Deps) => cancelBuild(deps, aBuild('submitted').id),
  'redeem a token': (deps: Deps) => {
    const identity = { verify: async () => ({ email: 'builder@demo' }) };
    const others = {
      ...deps,
      identity,
      hosts: memoryHosts(),
      builderAccounts: { trusted: 'builder@demo', forks: 'forks@demo' },
      callbackUrl: 'https://builds.example.com',
      registryCredential: async () => null,
      registry: AREAS,
      limits: { image_bytes: 1, log_bytes: 1 },
      onLeftOver: () => {},
    };
    const build_id = aBuild('submitted').id;
    const token = exchangeToken(EXCHANGE_KEY, build_id, 1);
    return exchange(others, 'identity', {
      version: 1,
      build_id,
      attempt: 1,
      token,
      cloud_build_id: 'cb-1',
    });
  },
  disconnect,
} as const;
const NAMES = Object.keys(ACTIONS) as (keyof typeof ACTIONS)[];

describe.each(NAMES)('while somebody would %s', (name) => {
  it('nothing is left of a repository that is disconnected between any two of their calls', async () => {
    const calls = await atEachCall(async (at) => {
      const service = await given();
      let met = false;
      const deps = watched(service.deps, async (call) => {
        if (call !== at) return;
        met = true;
        await disconnect(service.deps);
      });
      await ACTIONS[name](deps).catch(() => undefined);
      if (!met) return false;
      await settle(service);
      await expectNothingLeft(service);
      return true;
    });
    expect(calls).toBeGreaterThan(1);
  });

  it.each(['before', 'after'] as const)(
    'nothing is left where they died %s any call, and it was disconnected',
    async (when) => {
      const calls = await atEachCall(async (at) => {
        const service = await given();
        const { deps, died } = deathAt(service.deps, at, when);
        await ACTIONS[name](deps).catch(() => undefined);
        if (!died()) return false;
        await disconnect(service.deps);
        await settle(service);
        await expectNothingLeft(service);
        return true;
      });
      expect(calls).toBeGreaterThan(1);
    },
  );
});
