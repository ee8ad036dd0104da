import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { GRANT_MS } from '#core/device-grant.ts';
import { tokenHash } from '#core/ids.ts';
import { aMember, T0 } from '#test/support/memory/examples.ts';
import { memoryStore } from '#test/support/memory/index.ts';
import { answerDeviceGrant, questionOf } from '#use-cases/answer-device-grant.ts';
import { beginDeviceGrant } from '#use-cases/begin-device-grant.ts';
import { type RedeemDeviceGrantDeps, redeemDeviceGrant } from '#use-cases/redeem-device-grant.ts';

const ANN = 'ann@acme.example';
const page = { limit: 10, after: null };

/** A grant for a terminal of Ann's, and what it takes to answer and to redeem it. */
async function aGrant() {
  const store = memoryStore();
  await store.members.put(aMember(ANN, { role: 'admin' }));
  const clock = { now: T0 };
  const records: string[] = [];
  const deps = {
    store,
    now: () => clock.now,
    randomBytes,
    recorded: (async (_by, make) => {
      records.push('begun');
      return make();
    }) satisfies RedeemDeviceGrantDeps['recorded'],
  };
  const { grant, deviceCode } = await beginDeviceGrant(deps, { client: 'laptop', from: null });
  return {
    store,
    clock,
    deps,
    records,
    grant,
    code: deviceCode.reveal(),
    redeem: () => redeemDeviceGrant(deps, deviceCode.reveal()),
    answer: (team: string | null, email = ANN) =>
      answerDeviceGrant({ ...deps, recorded: (_member, give) => give() }, { email, code: grant.id, team }),
    tokens: async () => (await store.tokens.list('acme', null, page)).items,
  };
}

/** Ends the process, so to speak, before or after one call of the store. */
function dieAt<T extends object>(port: T, method: keyof T & string, when: 'before' | 'after') {
  const real = port[method] as (...args: unknown[]) => Promise<unknown>;
  Object.assign(port, {
    [method]: async (...args: unknown[]) => {
      Object.assign(port, { [method]: real });
      if (when === 'after') await real(...args);
      throw new Error('dead');
    },
  });
}

describe('redeeming', () => {
  it('gives the same token for every request, as often as it comes, and makes it once', async () => {
    const { redeem, answer, tokens, records } = await aGrant();
    await answer('acme');
    const first = await redeem();
    const others = await Promise.all([redeem(), redeem(), redeem()]);
    if (first.status !== 'approved') throw new Error(first.status);
    for (const other of others) {
      expect(other).toEqual(first);
      expect(other.status === 'approved' && other.secret.reveal()).toBe(first.secret.reveal());
    }
    expect(await tokens()).toEqual([first.token]);
    expect(tokenHash(first.secret.reveal())).toBe(first.token.hash);
    expect(records).toEqual(['begun']);
  });

  it('makes one token for requests at the same time', async () => {
    const { redeem, answer, tokens } = await aGrant();
    await answer('acme');
    const made = await Promise.all([redeem(), redeem(), redeem()]);
    expect(await tokens()).toHaveLength(1);
    for (const one of made) expect(one).toEqual({ ...made[0] });
  });

  it.each([
    ['before the token is made', 'tokens', 'create', 'before'],
    ['after the token is made', 'tokens', 'create', 'after'],
    ['before it is noted', 'deviceGrants', 'answer', 'before'],
    ['after it is noted', 'deviceGrants', 'answer', 'after'],
  ] as const)('who dies %s leaves nothing but what the next request needs', async (_, port, method, when) => {
    const { redeem, answer, tokens, store, clock, grant } = await aGrant();
    await answer('acme');
    dieAt<object>(store[port], method as never, when);
    await expect(redeem()).rejects.toThrow('dead');
    clock.now += 5000;
    const again = await redeem();
    expect(again).toMatchObject({ status: 'approved', token: { owner: ANN, team: 'acme', role: 'admin' } });
    expect(await tokens()).toEqual(again.status === 'approved' ? [again.token] : []);
    expect(await store.deviceGrants.get(grant.id)).toMatchObject({
      state: { status: 'redeemed' },
    });
  });

  it('gives nothing to somebody who left the team since they approved', async () => {
    const { redeem, answer, tokens, store } = await aGrant();
    await store.members.put(aMember('bob@acme.example', { role: 'admin' }));
    await answer('acme');
    await store.members.remove('acme', ANN);
    expect(await redeem()).toEqual({ status: 'denied' });
    expect(await tokens()).toEqual([]);
  });

  it('gives no token back that was revoked', async () => {
    const { redeem, answer, store } = await aGrant();
    await answer('acme');
    const first = await redeem();
    if (first.status !== 'approved') throw new Error(first.status);
    await store.tokens.revoke(first.token.id, T0 + 1);
    expect(await redeem()).toEqual({ status: 'expired' });
  });

  it('gives nothing after the time is over, and nothing to who has only half of the code', async () => {
    const { answer, clock, deps, code, redeem } = await aGrant();
    await answer('acme');
    expect(await redeemDeviceGrant(deps, `${code.slice(0, 20)}${'x'.repeat(code.length - 20)}`)).toEqual({
      status: 'expired',
    });
    clock.now += GRANT_MS;
    expect(await redeem()).toEqual({ status: 'expired' });
  });
});

describe('answering', () => {
  it('may be sent twice, and not changed', async () => {
    const { answer, redeem } = await aGrant();
    const first = await answer('acme');
    expect(await answer('acme')).toEqual(first);
    await expect(answer(null)).rejects.toMatchObject({ code: 'not_found' });
    expect(await redeem()).toMatchObject({ status: 'approved' });
    expect((await answer('acme')).state.status).toBe('redeemed');
  });

  it('is only for teams that the person is in', async () => {
    const { answer, redeem } = await aGrant();
    await expect(answer('other')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(answer('acme', 'eve@other.example')).rejects.toMatchObject({ code: 'forbidden' });
    expect(await redeem()).toEqual({ status: 'pending' });
  });

  it('begins with a question, for as long as nobody answered', async () => {
    const { deps, grant, answer, clock } = await aGrant();
    const asked = await questionOf(deps, ANN, grant.id);
    expect(asked).toEqual({ grant, memberships: [expect.objectContaining({ team: 'acme', role: 'admin' })] });
    await expect(questionOf(deps, ANN, 'BBBBBBBB')).rejects.toMatchObject({ code: 'not_found' });
    await answer(null);
    await expect(questionOf(deps, ANN, grant.id)).rejects.toMatchObject({ code: 'not_found' });
    clock.now += GRANT_MS;
    await expect(answer(null)).rejects.toMatchObject({ code: 'not_found' });
  });
});

it('takes another code where one is taken', async () => {
  const { deps, grant, store } = await aGrant();
  const bytes = [Buffer.alloc(8), Buffer.alloc(32), Buffer.alloc(8), Buffer.alloc(32)];
  const again = { ...deps, randomBytes: (count: number) => bytes.shift() ?? randomBytes(count) };
  await beginDeviceGrant(again, { client: 'first', from: null });
  const second = await beginDeviceGrant(again, { client: 'second', from: null });
  expect(await store.deviceGrants.get('BBBBBBBB')).toMatchObject({ client: 'first' });
  expect(second.grant.id).not.toBe('BBBBBBBB');
  expect(second.grant.id).not.toBe(grant.id);
});
