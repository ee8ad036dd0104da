import { describe, expect, it } from 'vitest';
import { HOST_PATIENCE_MS, LAST_LOOK_MS } from '#core/disconnection.ts';
import { TransientError, UserError } from '#core/errors.ts';
import { hostTokenId, NO_WEBHOOK } from '#core/repository.ts';
import { Secret } from '#core/secret.ts';
import { aRepository } from '#test/support/memory/examples.ts';
import { cleanUp } from '#use-cases/disconnect.ts';
import { sweep } from '#use-cases/sweep.ts';
import { aService } from './harness.ts';

const HOOK = {
  url: 'https://hooks.example.com/v1/webhooks/github/events',
  secret: 'bfw_secret',
  full_name: 'acme/shop',
};
const away = new TransientError('it does not answer');

/** A repository with a token and a webhook, just disconnected. */
async function disconnected(hookId: string | null = 'ours') {
  const service = aService();
  const { store, secrets, clock, hosts } = service;
  const repository = aRepository({
    credential: 'own',
    webhook: { ...NO_WEBHOOK, state: 'working', hook_id: hookId, set_up_at: clock.now },
  });
  await store.repositories.create(repository);
  await secrets.put(hostTokenId(repository.connection_id), new Secret('token'));
  hosts.github.hooks.set('ours', HOOK);
  hosts.github.hooks.set('another', { ...HOOK, url: 'https://elsewhere.example.com' });
  const note = await store.repositories.disconnect(repository, clock.now);
  if (note === null) throw new Error('it was connected');
  const told: unknown[] = [];
  const deps = { ...service.deps, onLeftAtHost: (_: unknown, why: unknown) => void told.push(why) };
  return { service, repository, note, deps, told, github: hosts.github, secrets };
}

describe('leaving a host', () => {
  it('shows it the token while it takes the webhook away, and then removes the token', async () => {
    const { deps, note, github, secrets } = await disconnected();
    const { disconnect } = github;
    github.disconnect = async (access, hookId) => {
      expect(access).toMatchObject({ full_name: 'acme/shop', installation: false });
      expect(access.token?.reveal()).toBe('token');
      await disconnect(access, hookId);
    };
    await cleanUp(deps, note);
    expect([...github.hooks.keys()]).toEqual(['another']);
    expect(secrets.ids()).toEqual([]);
  });

  it('finds a webhook whose id nobody noted, and touches no other', async () => {
    const { deps, note, github } = await disconnected(null);
    await cleanUp(deps, note);
    expect([...github.hooks.keys()]).toEqual(['another']);
  });

  it('is done where the host refuses, and says so', async () => {
    const { deps, note, github, secrets, told } = await disconnected();
    github.failure = new UserError('refused', 'the token was revoked');
    await cleanUp(deps, note);
    expect(told).toEqual([github.failure]);
    expect(secrets.ids()).toEqual([]);
  });

  it('keeps the token while the host is away, and goes on when it is back', async () => {
    const { deps, note, github, secrets, service } = await disconnected();
    github.failure = away;
    await expect(cleanUp(deps, note)).rejects.toBe(away);
    expect(secrets.ids()).toHaveLength(1);
    service.clock.now += service.deps.graceMs + 1;
    expect((await sweep(deps)).failures).toMatchObject([{ why: away.message }]);
    github.failure = null;
    expect((await sweep(deps)).repaired).toMatchObject({ disconnection: 1 });
    expect([[...github.hooks.keys()], secrets.ids()]).toEqual([['another'], []]);
  });

  it('gives a host up that stays away, and says so', async () => {
    const { deps, note, github, secrets, service, told } = await disconnected();
    github.failure = away;
    service.clock.now += HOST_PATIENCE_MS;
    await cleanUp(deps, note);
    expect(told).toEqual([away]);
    expect(secrets.ids()).toEqual([]);
  });

  it('asks the host nothing at the last look', async () => {
    const { deps, note, github, told } = await disconnected();
    await cleanUp(deps, note);
    github.failure = away;
    await cleanUp(deps, { ...note, due_at: note.disconnected_at + LAST_LOOK_MS });
    expect(told).toEqual([]);
  });

  it('asks the host nothing where no webhook of ours is there', async () => {
    const { deps, note, github, secrets } = await disconnected();
    github.failure = away;
    await cleanUp(deps, { ...note, webhook: null });
    expect(secrets.ids()).toEqual([]);
  });
});
