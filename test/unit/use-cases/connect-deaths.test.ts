import { describe, expect, it } from 'vitest';
import { LAST_LOOK_MS } from '#core/disconnection.ts';
import { repositoryId, webhookSecret } from '#core/ids.ts';
import { hostTokenId } from '#core/repository.ts';
import { Secret } from '#core/secret.ts';
import { rotated } from '#core/webhook-secrets.ts';
import { aTeam } from '#test/support/memory/examples.ts';
import { connectRepository } from '#use-cases/connect-repository.ts';
import { cleanUp } from '#use-cases/disconnect.ts';
import { repairConnection } from '#use-cases/repair-connection.ts';
import { setUpWebhook } from '#use-cases/set-up-webhook.ts';
import { sweep } from '#use-cases/sweep.ts';
import { aService, type Service, WEBHOOK_KEY } from './harness.ts';
import { atEachCall, deathAt, watched } from './watched.ts';

const ID = repositoryId('github', 'acme/shop');
const TOKEN = new Secret('ghp_0123456789');

function connect(deps: Service['deps'], unique = 'once') {
  const connecting = { ...deps, clonePolicy: { allow: [] }, unique: () => unique };
  return connectRepository(connecting, aTeam(), {
    platform: 'github',
    full_name: 'acme/shop',
    root_directory: '.',
    builder_type: 'auto',
    badge_public: false,
    rules: {},
    clone_url: undefined,
    default_branch: undefined,
    token: TOKEN,
    webhook: 'auto',
  });
}

async function known({ store }: Service) {
  const repository = await store.repositories.get(ID);
  if (repository === null) throw new Error('it is not connected');
  return repository;
}

/** One webhook at the host, with the newest secret, and its id in the document; the token, and nothing else. */
async function expectInOrder(service: Service): Promise<void> {
  const repository = await known(service);
  const generation = repository.webhook_secrets.length;
  const secret = webhookSecret(WEBHOOK_KEY, repository, generation);
  const hooks = [...service.hosts.github.hooks];
  expect(hooks).toMatchObject([[repository.webhook.hook_id, { secret, full_name: 'acme/shop' }]]);
  expect(repository).toMatchObject({ credential: 'own', webhook: { state: 'waiting', why: null } });
  expect(service.secrets.ids()).toEqual([hostTokenId(repository.connection_id)]);
}

async function disconnect({ deps }: Service): Promise<void> {
  const repository = await deps.store.repositories.get(ID);
  const note = repository && (await deps.store.repositories.disconnect(repository, deps.now()));
  if (note !== null) await cleanUp(deps, note);
}

async function expectNothingLeft(service: Service): Promise<void> {
  for (const ms of [service.deps.graceMs + 1, LAST_LOOK_MS + service.deps.graceMs]) {
    service.clock.now += ms;
    expect((await sweep(service.deps)).failures).toEqual([]);
  }
  expect([...service.hosts.github.hooks]).toEqual([]);
  expect(service.secrets.ids()).toEqual([]);
  expect(await service.store.repositories.disconnections(Number.MAX_SAFE_INTEGER, 9)).toEqual([]);
}

describe.each(['before', 'after'] as const)('who connects dies %s any call', (when) => {
  it('and whoever connects it again, or repairs it, finds all in order', async () => {
    const calls = await atEachCall(async (at) => {
      const service = aService();
      const { deps, died } = deathAt(service.deps, at, when);
      await connect(deps).catch(() => undefined);
      if (!died()) return false;
      const left = await service.store.repositories.get(ID);
      if (left === null) await connect(service.deps, 'again');
      else await repairConnection(service.deps, left, TOKEN);
      await expectInOrder(service);
      return true;
    });
    expect(calls).toBeGreaterThan(6);
  });

  it('and nothing is left once it is disconnected', async () => {
    await atEachCall(async (at) => {
      const service = aService();
      const { deps, died } = deathAt(service.deps, at, when);
      await connect(deps).catch(() => undefined);
      if (!died()) return false;
      await disconnect(service);
      await expectNothingLeft(service);
      return true;
    });
  });
});

it('nothing is left where it is disconnected between any two calls of who connects it', async () => {
  await atEachCall(async (at) => {
    const service = aService();
    let met = false;
    const deps = watched(service.deps, async (call) => {
      if (call !== at) return;
      met = true;
      await disconnect(service);
    });
    await connect(deps).catch(() => undefined);
    if (!met) return false;
    await disconnect(service);
    await expectNothingLeft(service);
    return true;
  });
});

it('the new connection has its webhook where the first one is cleaned up between any two calls', async () => {
  await atEachCall(async (at) => {
    const service = aService();
    await connect(service.deps, 'first');
    const note = await service.store.repositories.disconnect(await known(service), service.clock.now);
    if (note === null) throw new Error('it was connected');
    let met = false;
    const deps = watched(service.deps, async (call) => {
      if (call !== at) return;
      met = true;
      await cleanUp(service.deps, note);
    });
    await connect(deps, 'second');
    if (!met) return false;
    await expectInOrder(service);
    return true;
  });
});

it('two who repair it at once leave one webhook', async () => {
  await atEachCall(async (at) => {
    const service = aService();
    await connect(service.deps);
    const repository = await known(service);
    service.hosts.github.hooks.clear();
    let met = false;
    const deps = watched(service.deps, async (call) => {
      if (call !== at) return;
      met = true;
      await repairConnection(service.deps, repository, TOKEN);
    });
    await repairConnection(deps, repository, TOKEN);
    if (!met) return false;
    await expectInOrder(service);
    return true;
  });
});

it('takes back what it made where somebody else made one while the host was asked', async () => {
  const service = aService();
  await connect(service.deps);
  const repository = await known(service);
  const { github } = service.hosts;
  github.hooks.clear();
  const { connect: make } = github;
  github.connect = async (access, wanted) => {
    github.connect = make;
    await repairConnection(service.deps, repository, TOKEN);
    github.hooks.set('late', {
      url: wanted.url,
      secret: wanted.secret.reveal(),
      full_name: access.full_name,
    });
    return { kind: 'made', hook_id: 'late' };
  };
  await repairConnection(service.deps, repository, TOKEN);
  await expectInOrder(service);
});

it('the host has the newest secret, whenever it is rotated while the webhook is set up', async () => {
  await atEachCall(async (at) => {
    const service = aService();
    await connect(service.deps);
    const repository = await known(service);
    let met = false;
    const deps = watched(service.deps, async (call) => {
      if (call !== at) return;
      met = true;
      const changed = await service.store.repositories.change(repository, (one) => ({
        ...one,
        webhook_secrets: rotated(one.webhook_secrets, service.clock.now, 60),
      }));
      if (changed !== null) await setUpWebhook(service.deps, changed);
    });
    await setUpWebhook(deps, repository);
    if (!met) return false;
    await expectInOrder(service);
    return true;
  });
});
