import { describe, expect, it } from 'vitest';
import { tokenHash, tokenIdOf } from '#core/ids.ts';
import type { Member } from '#core/member.ts';
import type { IdentityVerifier, Store } from '#core/ports.ts';
import type { ApiToken } from '#core/token.ts';
import { aMember, aTeam, aToken, T0 } from '#test/support/memory/examples.ts';
import { memoryStore } from '#test/support/memory/index.ts';
import { authenticator } from '#use-cases/authenticate.ts';

const SECRET = 'bft_0123456789abcdef';
const PARENT = 'bft_fedcba9876543210';
const ANN = 'ann@acme.example';
const GATEWAY = 'gateway@project.iam.gserviceaccount.com';

/** Takes `valid-id-token:{email}`. */
const issuer: IdentityVerifier = {
  verify: async (token) => {
    const email = /^valid-id-token=(.+)$/.exec(token)?.[1];
    return email === undefined ? null : { email: email.replace('-at-', '@') };
  },
};
/** Takes what Cloud Run has checked: `checked-id-token:{email}`. */
const checked: IdentityVerifier = {
  verify: async (token) => {
    const email = /^checked-id-token=(.+)$/.exec(token)?.[1];
    return email === undefined ? null : { email: email.replace('-at-', '@') };
  },
};
const checkedToken = (email: string) => `Bearer checked-id-token=${email.replace('@', '-at-')}`;
const idToken = (email: string) => `Bearer valid-id-token=${email.replace('@', '-at-')}`;

interface Given {
  readonly token?: Partial<ApiToken>;
  readonly parent?: Partial<ApiToken>;
  readonly members?: readonly Member[];
}

/** An authenticator, the clock it goes by, and which methods of the store it called. */
async function given({ token, parent, members = [] }: Given) {
  const store = memoryStore({ teams: [aTeam()] });
  if (token) await store.tokens.create(aToken(tokenHash(SECRET), token));
  if (parent) await store.tokens.create(aToken(tokenHash(PARENT), parent));
  for (const member of members) await store.members.put(member);
  const asked: string[] = [];
  const clock = { now: T0 + 1000 };
  const unnoted: unknown[] = [];
  const counted = <K extends 'tokens' | 'teams' | 'members'>(name: K): Store[K] =>
    new Proxy(store[name], {
      get: (target, method, receiver) => {
        asked.push(`${name}.${String(method)}`);
        return Reflect.get(target, method, receiver);
      },
    });
  const { claimOf, identify } = authenticator({
    store: { tokens: counted('tokens'), teams: counted('teams'), members: counted('members') },
    now: () => clock.now,
    people: issuer,
    gateway: { identity: issuer, account: GATEWAY, checked },
    onUnnoted: (error) => unnoted.push(error),
  });
  const ask = async (authorization: string | undefined, forwarded?: string, serverless?: string) => {
    const claim = await claimOf({ authorization, forwarded, serverless });
    return { principal: await identify(claim), byGateway: claim.byGateway };
  };
  return { ask, store, clock, asked, unnoted };
}

const REFUSED = { name: 'UserError', code: 'unauthenticated' };

describe('an API token', () => {
  it('is taken with its role and team', async () => {
    const { ask } = await given({ token: { role: 'developer' } });
    const { principal, byGateway } = await ask(`Bearer ${SECRET}`);
    expect(principal).toMatchObject({ kind: 'token', role: 'developer', team: { id: 'acme' } });
    expect(byGateway).toBe(false);
  });

  it('is refused alike, after the same look-ups, whatever is wrong with it', async () => {
    const person = { owner: ANN };
    const wrong: Given[] = [
      {},
      { token: { ...person, revoked_at: T0 } },
      { token: { ...person, expires_at: T0 + 1000 } },
      { token: { ...person, team: 'gone' } },
      { token: person },
    ];
    const refusals = await Promise.all(
      wrong.map(async (fields) => {
        const { ask, asked } = await given(fields);
        const error: unknown = await ask(`Bearer ${SECRET}`).catch((cause: unknown) => cause);
        return { error, asked };
      }),
    );
    const [first] = refusals;
    expect(first).toMatchObject({ error: REFUSED, asked: ['tokens.find', 'teams.get', 'members.get'] });
    for (const refusal of refusals) expect(refusal).toEqual(first);
  });

  it('is good to the ms before it expires', async () => {
    const { ask, clock } = await given({ token: { expires_at: T0 + 5000 } });
    clock.now = T0 + 4999;
    await expect(ask(`Bearer ${SECRET}`)).resolves.toBeDefined();
    clock.now = T0 + 5000;
    await expect(ask(`Bearer ${SECRET}`)).rejects.toMatchObject(REFUSED);
  });

  it('may do no more than its owner may by now, and nothing once they left', async () => {
    const owner = aMember(ANN, { role: 'viewer' });
    const { ask, store } = await given({ token: { owner: ANN }, members: [owner] });
    expect((await ask(`Bearer ${SECRET}`)).principal).toMatchObject({ role: 'viewer' });
    await store.members.remove('acme', ANN);
    await expect(ask(`Bearer ${SECRET}`)).rejects.toMatchObject(REFUSED);
  });

  it('ends with the token that made it', async () => {
    const parent = tokenIdOf(tokenHash(PARENT));
    const { ask, store } = await given({ token: { parent }, parent: { expires_at: T0 + 5000 } });
    await expect(ask(`Bearer ${SECRET}`)).resolves.toBeDefined();
    await store.tokens.revoke(parent, T0);
    await expect(ask(`Bearer ${SECRET}`)).rejects.toMatchObject(REFUSED);
    const alone = await given({ token: { parent } });
    await expect(alone.ask(`Bearer ${SECRET}`)).rejects.toMatchObject(REFUSED);
  });

  it('has its last use noted once a minute, and is taken where that fails', async () => {
    const { ask, store, clock, asked } = await given({ token: {} });
    const used = () => asked.filter((method) => method === 'tokens.used').length;
    await Promise.all([1, 2, 3].map(() => ask(`Bearer ${SECRET}`)));
    clock.now += 59_999;
    await ask(`Bearer ${SECRET}`);
    expect(used()).toBe(1);
    clock.now += 1;
    await ask(`Bearer ${SECRET}`);
    expect(used()).toBe(2);
    expect(await store.tokens.find(tokenHash(SECRET))).toMatchObject({ last_used_at: clock.now });
    const failing = await given({ token: {} });
    failing.store.tokens.used = async () => Promise.reject(new Error('away'));
    await expect(failing.ask(`Bearer ${SECRET}`)).resolves.toBeDefined();
    expect(failing.unnoted).toHaveLength(1);
  });
});

describe('an ID token', () => {
  it('is taken with what the person is in their teams, whatever the case of their address', async () => {
    const members = [aMember(ANN, { role: 'admin' }), aMember(ANN, { team: 'other' })];
    const { ask } = await given({ members });
    const { principal } = await ask(idToken('Ann@Acme.example'));
    expect(principal).toMatchObject({ kind: 'user', email: ANN });
    expect(principal.kind === 'user' && principal.memberships).toHaveLength(2);
  });

  it('of nobody’s team is a person without teams', async () => {
    const { ask } = await given({});
    expect((await ask(idToken(ANN))).principal).toEqual({ kind: 'user', email: ANN, memberships: [] });
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer short',
    `Basic ${SECRET}`,
    `Bearer ${SECRET} ${SECRET}`,
    'Bearer bft_0123456789abcdef!',
    `Bearer ${'x'.repeat(5000)}`,
    'Bearer invalid-id-token=ann-at-acme.example',
    'Bearer valid-id-token=not-an-address',
  ])('%j is refused', async (header) => {
    const { ask } = await given({ token: {} });
    await expect(ask(header)).rejects.toMatchObject(REFUSED);
  });
});

describe('X-Forwarded-Authorization', () => {
  it('counts where the gateway itself sends it', async () => {
    const { ask } = await given({ token: {} });
    const { principal, byGateway } = await ask(idToken(GATEWAY), `Bearer ${SECRET}`);
    expect(principal).toMatchObject({ kind: 'token' });
    expect(byGateway).toBe(true);
    await expect(ask(idToken(GATEWAY), 'Bearer bft_wrongwrongwrong')).rejects.toMatchObject(REFUSED);
  });

  it('counts from nobody else: what they sent of their own does', async () => {
    const { ask } = await given({ token: {}, members: [aMember(ANN)] });
    for (const direct of [undefined, 'Bearer bft_wrongwrongwrong', 'Bearer no-good-id-token'])
      await expect(ask(direct, `Bearer ${SECRET}`)).rejects.toMatchObject(REFUSED);
    expect(await ask(idToken(ANN), `Bearer ${SECRET}`)).toMatchObject({
      principal: { kind: 'user', email: ANN },
      byGateway: false,
    });
    expect(await ask(`Bearer ${SECRET}`, idToken(ANN))).toMatchObject({ principal: { kind: 'token' } });
  });

  it('is missing where nobody signed in: the gateway’s own account is no caller', async () => {
    const { ask, asked } = await given({ members: [aMember(GATEWAY)] });
    for (const own of [idToken(GATEWAY), checkedToken(GATEWAY)])
      await expect(ask(own)).rejects.toMatchObject(REFUSED);
    expect(asked).toEqual([]);
  });

  it('counts where Cloud Run has checked that it is the gateway, and has checked this header', async () => {
    const { ask } = await given({ token: {} });
    const good = `Bearer ${SECRET}`;
    expect(await ask(checkedToken(GATEWAY), good)).toMatchObject({ byGateway: true });
    await expect(ask(checkedToken(ANN), good)).rejects.toMatchObject(REFUSED);
    await expect(ask(checkedToken(GATEWAY), good, 'Bearer another')).rejects.toMatchObject(REFUSED);
  });
});
