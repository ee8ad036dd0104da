import { describe, expect, it } from 'vitest';
import { TransientError, UserError } from '#core/errors.ts';
import { webhookSecret } from '#core/ids.ts';
import type { HostAccess, HostRepository } from '#core/ports.ts';
import { hostTokenId } from '#core/repository.ts';
import { Secret } from '#core/secret.ts';
import type { Team } from '#core/team.ts';
import { aTeam, sha } from '#test/support/memory/examples.ts';
import { type ConnectRequest, connectRepository } from '#use-cases/connect-repository.ts';
import { repairConnection } from '#use-cases/repair-connection.ts';
import { aService, WEBHOOK_KEY } from './harness.ts';

const SHOP: HostRepository = {
  host_id: '42',
  full_name: 'Acme/Shop',
  clone_url: 'https://github.com/Acme/Shop.git',
  default_branch: 'trunk',
  private: true,
  archived: false,
  may: 'admin',
};
const TOKEN = new Secret('ghp_0123456789');
const away = new TransientError('it does not answer');

/** A service at whose host `Acme/Shop` is; what it was shown is written down. */
function aConnector(found: Partial<HostRepository> = {}) {
  const service = aService();
  const { github } = service.hosts;
  const shown: HostAccess[] = [];
  github.look = async (access) => {
    shown.push(access);
    return { ...SHOP, ...found };
  };
  const connect = (fields: Partial<ConnectRequest> = {}, team: Team = aTeam(), deps: object = {}) =>
    connectRepository({ ...service.deps, clonePolicy: { allow: [] }, unique: () => 'once', ...deps }, team, {
      platform: 'github',
      full_name: 'acme/shop',
      root_directory: '.',
      builder_type: 'auto',
      badge_public: false,
      rules: {},
      clone_url: undefined,
      default_branch: undefined,
      token: null,
      webhook: 'auto',
      ...fields,
    });
  return { service, github, shown, connect };
}

describe('connectRepository', () => {
  it('takes from the host what nobody said: spelling, id, address, branch', async () => {
    const { connect, service } = aConnector();
    const made = await connect();
    expect(made).toMatchObject({
      full_name: 'Acme/Shop',
      host_id: '42',
      clone_url: SHOP.clone_url,
      default_branch: 'trunk',
      image_name: 'acme/acme/shop',
    });
    expect(await service.store.repositories.get(made.id)).toEqual(made);
    const other = aConnector();
    const clone_url = 'https://mirror.example.com/shop.git';
    expect(await other.connect({ default_branch: 'next', clone_url })).toMatchObject({
      default_branch: 'next',
      clone_url,
    });
    expect(await aConnector({ default_branch: null }).connect()).toMatchObject({ default_branch: 'main' });
  });

  it.each([
    ['the team’s own token, and keeps it', TOKEN, true, 'own'],
    ['what the installation has, for who operates it', null, true, 'installation'],
    ['nothing of the installation’s for any other team', null, false, 'none'],
  ] as const)('shows the host %s', async (_, token, operates, credential) => {
    const { connect, shown, service } = aConnector();
    const made = await connect({ token }, aTeam({ operates }));
    expect(made.credential).toBe(credential);
    expect(shown).toMatchObject([{ token, installation: credential === 'installation' }]);
    const kept = await service.secrets.get(hostTokenId(made.connection_id));
    expect(kept?.reveal()).toBe(token?.reveal());
    expect(JSON.stringify(made)).not.toContain(TOKEN.reveal());
  });

  it.each([
    ['is archived', { archived: true }, 'archived'],
    ['has another name now', { full_name: 'acme/store' }, 'acme/store'],
    ['gives an address inside', { clone_url: 'http://10.0.0.1/acme/shop.git' }, 'clone_url'],
  ])('refuses one that %s, and leaves nothing', async (_, found, words) => {
    const { connect, service, github } = aConnector(found);
    await expect(connect({ token: TOKEN })).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining(words),
    });
    expect((await service.store.repositories.list('acme', { limit: 9, after: null })).items).toEqual([]);
    expect([service.secrets.ids(), [...github.hooks]]).toEqual([[], []]);
  });

  it.each([new UserError('refused', 'no such repository'), away])(
    'passes on why the host does not show it: %s',
    async (error) => {
      const { connect, github, service } = aConnector();
      github.look = async () => {
        throw error;
      };
      await expect(connect({ token: TOKEN })).rejects.toBe(error);
      expect(service.secrets.ids()).toEqual([]);
    },
  );

  it('asks the host nothing of one that is connected', async () => {
    const { connect, shown } = aConnector();
    await connect();
    await expect(connect({}, aTeam({ id: 'other' }))).rejects.toMatchObject({ code: 'conflict' });
    expect(shown).toHaveLength(1);
  });

  it('makes the webhook with the secret of this connection, and has it tried', async () => {
    const { connect, github, service } = aConnector();
    const pinged: string[] = [];
    github.ping = async (_, hookId) => {
      pinged.push(hookId);
      return true;
    };
    service.refs.heads.set('refs/heads/trunk', sha('a'));
    const made = await connect();
    const [[id, hook] = []] = [...github.hooks];
    expect(hook).toEqual({
      url: 'https://hooks.example.com/v1/webhooks/github/events',
      secret: webhookSecret(WEBHOOK_KEY, made, 1),
      full_name: 'Acme/Shop',
    });
    expect(made.webhook).toMatchObject({
      state: 'waiting',
      hook_id: id,
      set_up_at: service.clock.now,
      head_at_set_up: sha('a'),
    });
    expect(pinged).toEqual([id]);
  });

  it.each([
    ['nobody wants it', { webhook: 'manual' } as const, {}, null],
    ['nobody said where it goes', {}, { webhooks: null }, 'WEBHOOKS_URL'],
  ])('makes none where %s', async (_, fields, deps, why) => {
    const { connect, github } = aConnector();
    const { webhook } = await connect(fields, aTeam(), deps);
    expect(webhook).toMatchObject({ state: 'manual', hook_id: null, set_up_at: null });
    expect(webhook.why).toEqual(why && expect.stringContaining(why));
    expect([...github.hooks]).toEqual([]);
  });

  it.each([
    [new UserError('refused', 'the token may not make webhooks'), 'the token may not make webhooks'],
    [away, 'set it up again'],
  ])('is connected also where the webhook cannot be made: %s', async (error, why) => {
    const { connect, github, service } = aConnector();
    const { connect: make } = github;
    github.connect = async () => {
      throw error;
    };
    const made = await connect();
    expect(made.webhook).toMatchObject({ state: 'manual', why: expect.stringContaining(why) });
    github.connect = make;
    expect((await repairConnection(service.deps, made, null)).webhook).toMatchObject({
      state: 'waiting',
      why: null,
    });
  });

  it('makes it also where git does not say what the default branch is', async () => {
    const { connect, service } = aConnector();
    service.refs.failure = away;
    expect((await connect()).webhook).toMatchObject({ state: 'waiting', head_at_set_up: null });
  });

  it('throws on what is a bug', async () => {
    const { connect, github } = aConnector();
    github.connect = async () => {
      throw new RangeError('a bug');
    };
    await expect(connect()).rejects.toThrow(RangeError);
  });

  it('takes the token back where the repository was disconnected meanwhile', async () => {
    const { connect, service } = aConnector();
    const { put } = service.secrets;
    service.deps.secrets.put = async (...args) => {
      await put(...args);
      const { items } = await service.store.repositories.list('acme', { limit: 9, after: null });
      for (const one of items) await service.store.repositories.disconnect(one, service.clock.now);
    };
    await expect(connect({ token: TOKEN })).rejects.toMatchObject({ code: 'not_found' });
    expect(service.secrets.ids()).toEqual([]);
  });
});

describe('repairConnection', () => {
  it('takes another token once the host takes it, and tells the host the newest secret again', async () => {
    const { connect, service, github, shown } = aConnector();
    const made = await connect({}, aTeam({ operates: true }));
    for (const hook of github.hooks.values()) hook.secret = 'stale';
    const repaired = await repairConnection(service.deps, made, TOKEN);
    expect(repaired).toMatchObject({ credential: 'own', webhook: { hook_id: made.webhook.hook_id } });
    expect(shown.at(-1)).toMatchObject({ token: TOKEN, installation: false });
    expect([...github.hooks.values()]).toMatchObject([{ secret: webhookSecret(WEBHOOK_KEY, made, 1) }]);
  });

  it('keeps what is there where the host does not take the token', async () => {
    const { connect, service, github } = aConnector();
    const made = await connect({ token: TOKEN });
    github.look = async () => {
      throw new UserError('refused', 'a bad token');
    };
    const other = new Secret('ghp_other-0123456789');
    await expect(repairConnection(service.deps, made, other)).rejects.toMatchObject({ code: 'refused' });
    expect((await service.secrets.get(hostTokenId(made.connection_id)))?.reveal()).toBe(TOKEN.reveal());
  });

  it('refuses another repository of that name, and knows the first one from then on', async () => {
    const { connect, service, github } = aConnector();
    const made = await connect();
    const { look } = github;
    github.look = async (access) => ({ ...(await look(access)), host_id: '43' });
    await expect(repairConnection(service.deps, made, null)).rejects.toMatchObject({ code: 'conflict' });
    const unknown = await service.store.repositories.change(made, (one) => ({ ...one, host_id: null }));
    expect(await repairConnection(service.deps, unknown ?? made, null)).toMatchObject({ host_id: '43' });
  });
});
