import { describe, expect, it } from 'vitest';
import { memoryRates } from '#adapters/rates.ts';
import { GRANT_MS, parseUserCode } from '#core/device-grant.ts';
import { tokenHash } from '#core/ids.ts';
import { anApi } from '#test/support/api.ts';
import { aMember } from '#test/support/memory/examples.ts';
import { ANN, aDeviceApi, type DeviceApi, URL_OF } from './device-harness.ts';

const page = { limit: 10, after: null };
const approve = ({ store, clock }: DeviceApi, userCode: string) =>
  store.deviceGrants.answer(
    parseUserCode(userCode) ?? '',
    { type: 'approve', email: ANN, team: 'acme' },
    clock.now,
  );

describe('a terminal that wants to be signed in', () => {
  it('gets two codes, of which the store has only what is no use to others', async () => {
    const { begin, state } = await aDeviceApi();
    const begun = await begin('bitflow on \u202elaptop\n');
    expect(begun).toEqual({
      device_code: expect.stringMatching(/^bfd_[A-Z]{8}[\w-]{43}$/),
      user_code: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/),
      verification_uri: `${URL_OF}/device`,
      verification_uri_complete: `${URL_OF}/device?code=${begun.user_code}`,
      expires_in: 600,
      interval: 3,
    });
    const kept = JSON.stringify([...state.deviceGrants.values()]);
    expect(kept).toContain(tokenHash(begun.device_code));
    expect(kept).not.toContain(begun.device_code.slice(12));
    expect([...state.deviceGrants.values()]).toMatchObject([
      { client: 'bitflow on laptop', from: '203.0.113.7' },
    ]);
  });

  it('makes tokens with it that are their own: they stay when the terminal signs out', async () => {
    const one = await aDeviceApi();
    const { begin, poll, api } = one;
    const { device_code, user_code } = await begin();
    await approve(one, user_code);
    const { body } = await poll(device_code);
    const ask = async (path: string, token: unknown, init: RequestInit = {}) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const answer = await api.request(path, { ...init, headers });
      const text = await answer.text();
      return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
    };
    const sent = { method: 'POST', body: JSON.stringify({ name: 'ci', expires_in_s: null }) };
    const { status, body: made } = await ask('/v1/tokens', body.token, sent);
    expect({ status, made }).toMatchObject({
      status: 201,
      made: { made_by_token: null, owner: ANN, scopes: null, expires_at: null },
    });
    expect(await ask('/v1/me/sign-out', body.token, { method: 'POST' })).toMatchObject({ status: 200 });
    expect(await ask('/v1/me', body.token)).toMatchObject({ status: 401 });
    expect(await ask('/v1/builds', made.token)).toMatchObject({ status: 200 });
  });

  it('gets a token once somebody approved: one like any other of theirs', async () => {
    const one = await aDeviceApi();
    const { begin, poll, store, api } = one;
    const { device_code, user_code } = await begin();
    expect((await poll(device_code)).body).toEqual({ status: 'pending', interval: 3 });
    await approve(one, user_code);
    const { body, headers } = await poll(device_code);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toMatchObject({ status: 'approved', email: ANN, team: 'acme', role: 'developer' });
    const as = { authorization: `Bearer ${body.token}` };
    const me = await api.request('/v1/me', { headers: as });
    expect(await me.json()).toMatchObject({ kind: 'token', id: body.token_id, owner: ANN });
    const { items } = await store.tokens.list('acme', ANN, page);
    expect(items).toMatchObject([
      { name: 'bitflow on laptop', scopes: null, parent: null, role: 'developer' },
    ]);
    expect((items[0]?.expires_at ?? 0) - (items[0]?.created_at ?? 0)).toBe(90 * 24 * 3_600_000);
    const { items: records } = await store.auditLog.list('acme', page);
    expect(records).toMatchObject([
      {
        operation: 'device.token',
        made: body.token_id,
        status: 200,
        caller: { id: ANN },
        from: '203.0.113.7',
      },
    ]);
  });

  it('is signed in also as a viewer, who may make no tokens', async () => {
    const one = await aDeviceApi();
    await one.store.members.put(aMember(ANN, { role: 'viewer' }));
    const { device_code, user_code } = await one.begin();
    await approve(one, user_code);
    const { body } = await one.poll(device_code);
    const as = { authorization: `Bearer ${body.token}` };
    expect((await one.api.request('/v1/builds', { headers: as })).status).toBe(200);
    expect((await one.api.request('/v1/tokens', { headers: as })).status).toBe(403);
  });

  it('is told alike of a code that is over, that is another’s, and that never was', async () => {
    const { begin, poll, clock } = await aDeviceApi();
    const { device_code } = await begin();
    const wrong = `${device_code.slice(0, -1)}${device_code.endsWith('A') ? 'B' : 'A'}`;
    const never = `bfd_BBBBBBBB${'A'.repeat(43)}`;
    for (const code of [wrong, never]) expect((await poll(code)).body).toEqual({ status: 'expired' });
    clock.now += GRANT_MS;
    expect(await poll(device_code)).toMatchObject({ status: 200, body: { status: 'expired' } });
    expect(await poll('nonsense')).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });

  it('is told that somebody said no', async () => {
    const { begin, poll, store, clock, state } = await aDeviceApi();
    const { device_code, user_code } = await begin();
    await store.deviceGrants.answer(parseUserCode(user_code) ?? '', { type: 'deny', email: ANN }, clock.now);
    expect((await poll(device_code)).body).toEqual({ status: 'denied' });
    expect(state.tokens.size).toBe(0);
  });

  it('is slowed down where it asks too often, before the store is asked', async () => {
    const one = await aDeviceApi({ rates: memoryRates({ requests: 99, failures: 99 }) });
    const { device_code } = await one.begin();
    expect((await one.poll(device_code)).body).toMatchObject({ status: 'pending' });
    one.store.deviceGrants.get = async () => Promise.reject(new Error('asked'));
    expect((await one.poll(device_code)).body).toEqual({ status: 'slow_down', interval: 8 });
  });

  it('is one of so many of its network, and no other network’s', async () => {
    const { post } = await aDeviceApi({ rates: memoryRates({ requests: 99, failures: 99, signIns: 1 }) });
    const body = { client: 'x' };
    expect(await post('/v1/device/code', body)).toMatchObject({ status: 200 });
    const refused = await post('/v1/device/code', body);
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const elsewhere = { 'x-forwarded-for': '203.0.113.8' };
    expect(await post('/v1/device/code', body, elsewhere)).toMatchObject({ status: 200 });
  });

  it('counts as its network, as a page does, for as long as nobody is known', async () => {
    const { post, browser } = await aDeviceApi({ rates: memoryRates({ requests: 1, failures: 99 }) });
    const device_code = `bfd_BBBBBBBB${'A'.repeat(43)}`;
    expect((await post('/v1/device/token', { device_code })).status).toBe(200);
    expect((await post('/v1/device/token', { device_code })).status).toBe(429);
    expect((await browser().get('/device')).status).toBe(429);
    expect((await browser().get('/device', { 'x-forwarded-for': '203.0.113.8' })).status).toBe(200);
  });

  it.each([
    ['/v1/device/code', { client: '' }, 400],
    ['/v1/device/code', { client: 'x', more: 1 }, 400],
    ['/v1/device/code', { client: 'x'.repeat(101) }, 400],
    ['/v1/device/code', { client: 'x'.repeat(5000) }, 413],
    ['/v1/device/token', {}, 400],
  ])('%s with %j is answered %i', async (path, body, status) => {
    expect((await (await aDeviceApi()).post(path, body)).status).toBe(status);
  });

  it('is told where the installation has not set it up, and how else', async () => {
    const api = anApi();
    for (const [path, body] of [
      ['code', { client: 'x' }],
      ['token', { device_code: `bfd_BBBBBBBB${'A'.repeat(43)}` }],
    ] as const) {
      const answer = await api.request(`/v1/device/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect(answer.status).toBe(422);
      expect(await answer.json()).toMatchObject({
        code: 'refused',
        detail: expect.stringContaining('not set up'),
      });
    }
    const shown = await api.request('/device');
    expect([shown.status, shown.headers.get('content-type')]).toEqual([422, 'text/html; charset=UTF-8']);
    expect(await shown.text()).toContain('not set up');
  });
});

describe('signing out', () => {
  it('revokes the token that asks, whatever it may do, and leaves a record', async () => {
    const one = await aDeviceApi();
    await one.store.members.put(aMember(ANN, { role: 'viewer' }));
    const { device_code, user_code } = await one.begin();
    await approve(one, user_code);
    const { body } = await one.poll(device_code);
    const as = { authorization: `Bearer ${body.token}` };
    expect(await one.post('/v1/me/sign-out', {}, as)).toMatchObject({
      status: 200,
      body: { revoked: body.token_id },
    });
    expect(await one.post('/v1/me/sign-out', {}, as)).toMatchObject({ status: 401 });
    // Nor does the device code give it back.
    expect((await one.poll(device_code)).body).toEqual({ status: 'expired' });
    const { items } = await one.store.auditLog.list('acme', page);
    const record = items.find(({ operation }) => operation === 'me.sign_out');
    expect(record).toMatchObject({ status: 200, caller: { kind: 'token', id: body.token_id, owner: ANN } });
  });

  it('says of an ID token that it ends by itself', async () => {
    const { post, state } = await aDeviceApi();
    const as = { authorization: `Bearer id-token-of-${ANN.replace('@', '~')}` };
    const answer = await post('/v1/me/sign-out', {}, as);
    expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(state.auditLog.size).toBe(0);
  });
});
