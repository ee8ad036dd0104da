import { describe, expect, it } from 'vitest';
import { aBuild, T0 } from '#test/support/memory/examples.ts';
import { ACME, AT, aConnector, OTHER, problem } from './repositories-harness.ts';

describe('GET /v1/repositories/{id}/badge.svg', () => {
  const at = `${AT}/badge.svg`;

  it('takes a token unless it is public, and tells nobody which repositories there are', async () => {
    const { connect, ask } = await aConnector();
    await connect();
    const anonymous = async (path: string) => {
      const { status, body } = await ask('GET', path, undefined, null);
      return { status, code: body.code, detail: body.detail };
    };
    expect(await anonymous(at)).toMatchObject({ status: 401 });
    expect(await anonymous('/v1/repositories/r-none/badge.svg')).toEqual(await anonymous(at));
    expect(await ask('GET', at, undefined, OTHER)).toMatchObject(problem(404, 'not_found'));
    const shown = await ask('GET', at);
    expect(shown.status).toBe(200);
    expect(shown.headers.get('content-type')).toMatch(/^image\/svg\+xml/);
    expect(shown.headers.get('cache-control')).toBe('private, no-cache');
    await ask('PATCH', AT, { badge_public: true });
    for (const path of [at, '/v1/repositories/acme%2Fshop/badge.svg']) {
      const open = await ask('GET', path, undefined, null);
      expect(open).toMatchObject({ status: 200, body: shown.body });
      expect(open.headers.get('cache-control')).toBe('public, max-age=60');
    }
    expect((await ask('GET', AT, undefined, null)).status).toBe(401);
    await ask('PATCH', AT, { badge_public: false });
    expect((await ask('GET', at, undefined, null)).status).toBe(401);
  });

  it('tells how the newest build of the branch ended; a cancelled one tells nothing', async () => {
    const { connect, ask, store } = await aConnector();
    await connect({ badge_public: true });
    const told = async (query = '') => {
      const { body } = await ask('GET', `${at}${query}`, undefined, null);
      return /passing|failing|unknown/.exec(body)?.[0];
    };
    expect(await told()).toBe('unknown');
    await store.builds.create(aBuild('1', { status: 'succeeded', created_at: T0 + 1 }));
    expect(await told()).toBe('passing');
    await store.builds.create(aBuild('2', { status: 'timed_out', created_at: T0 + 2 }));
    expect(await told()).toBe('failing');
    await store.builds.create(aBuild('3', { status: 'succeeded', created_at: T0 + 3 }));
    for (const [index, status] of (['cancelled', 'expired', 'running', 'queued'] as const).entries())
      await store.builds.create(aBuild(status, { status, created_at: T0 + 4 + index }));
    expect(await told()).toBe('passing');
    const side = { status: 'succeeded', ref: 'refs/heads/side' } as const;
    await store.builds.create(aBuild('side', side));
    expect(await told('?branch=side')).toBe('passing');
    expect(await told('?branch=none')).toBe('unknown');
  });

  it('is not sent again where it is the same, and is where the build is another', async () => {
    const { connect, ask, store } = await aConnector();
    await connect({ badge_public: true });
    const first = await ask('GET', at, undefined, null);
    const tag = first.headers.get('etag') ?? '';
    const again = () => ask('GET', at, undefined, null, { 'if-none-match': tag });
    expect(await again()).toMatchObject({ status: 304, body: '' });
    await store.builds.create(aBuild('1', { status: 'succeeded' }));
    expect((await again()).status).toBe(200);
  });

  it('refuses a branch that is none, with a token and without', async () => {
    const { connect, ask } = await aConnector();
    await connect({ badge_public: true });
    for (const token of [ACME, null])
      expect(await ask('GET', `${at}?branch=--x`, undefined, token)).toMatchObject({
        status: 400,
        body: { errors: [{ path: 'branch' }] },
      });
    await ask('PATCH', AT, { badge_public: false });
    expect(await ask('GET', `${at}?branch=--x`)).toMatchObject(problem(400, 'invalid_request'));
  });
});
