import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Api } from '#cli/kit/api.ts';
import { Secret } from '#core/secret.ts';
import {
  cutInTheMiddle,
  json,
  problem,
  type Script,
  scriptedServer,
} from '#test/support/cli/scripted-server.ts';
import { aWorld } from '#test/unit/access/world.ts';

const world = await aWorld();
const authorization = `Bearer ${world.secretOf('admin')}`;
const answerTo = async (path: string) =>
  (await world.api.request(path, { headers: { authorization } })).json();
const me = json(await answerTo('/v1/me'));
const build = json(await answerTo('/v1/builds/b-3f9a1c07d25e48b6a1f0c7d2'));
const soon = { 'retry-after': '0' };
const unwell = problem(503, 'unavailable', 'the store is away', soon);

function api(url: string, onRetry: (why: string) => void = () => undefined) {
  const { signal } = new AbortController();
  return new Api({
    url,
    token: new Secret('bft_0123456789abcdef'),
    team: 'acme',
    signal,
    version: '1.2.3',
    onRetry,
    pausesMs: [1, 1, 1],
  });
}

/** Asks a service that answers by a script. */
async function asking(...script: readonly Script[]) {
  const server = await scriptedServer(...script);
  return { server, api: api(server.url) };
}

const CREATE = { body: { repository_id: 'acme/shop', branch: 'main' } };
const TEAM = { body: { id: 'acme', name: 'Acme', admin: 'ann@acme.example' } };

describe('a request is made again', () => {
  it.each([
    ['the service is not well', unwell],
    ['a proxy before it is not', (response) => response.writeHead(502, soon).end('<h1>Bad gateway</h1>')],
    ['it has too much to do', problem(429, 'rate_limited', 'too many', soon)],
    ['the answer is cut in its middle', cutInTheMiddle],
    ['the connection breaks before it', (response) => response.destroy()],
  ] satisfies [string, Script][])('where %s', async (_, broken) => {
    const { server, api } = await asking(broken, me);
    expect((await api.call('me.get')).value.kind).toBe('token');
    expect(server.seen).toHaveLength(2);
  });

  it('where nobody listens yet, also if it makes something: it cannot have arrived', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const address = holder.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await new Promise((resolve) => holder.close(resolve));
    const whys: string[] = [];
    const late = api(`http://127.0.0.1:${port}`, (why) => whys.push(why));
    await expect(late.call('teams.create', TEAM)).rejects.toMatchObject({ exitCode: 5, code: 'unreachable' });
    expect(whys).toHaveLength(3);
    expect(whys[0]).toContain('ECONNREFUSED');
  });

  it('with the same Idempotency-Key, where it makes something', async () => {
    const { server, api } = await asking(cutInTheMiddle, unwell, build);
    await api.call('builds.create', CREATE);
    const keys = server.seen.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(3);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(keys)).toHaveLength(1);
  });

  it('with another key for another call', async () => {
    const { server, api } = await asking(build);
    await api.call('builds.create', CREATE);
    await api.call('builds.create', CREATE);
    expect(new Set(server.seen.map(({ headers }) => headers['idempotency-key']))).toHaveLength(2);
  });

  it('three times, and no more', async () => {
    const { server, api } = await asking(unwell);
    await expect(api.call('me.get')).rejects.toMatchObject({ exitCode: 5, code: 'unavailable' });
    expect(server.seen).toHaveLength(4);
  });
});

describe('a request is not made again', () => {
  it.each([
    ['the service was not well', unwell],
    ['the answer was cut in its middle', cutInTheMiddle],
    ['the connection broke', (response) => response.destroy()],
  ] satisfies [string, Script][])('where it makes something and may have arrived: %s', async (_, broken) => {
    const { server, api } = await asking(broken);
    await expect(api.call('teams.create', TEAM)).rejects.toMatchObject({ exitCode: 5 });
    expect(server.seen).toHaveLength(1);
  });

  it.each([
    [400, 'invalid_request', 2],
    [401, 'unauthenticated', 3],
    [403, 'forbidden', 3],
    [404, 'not_found', 4],
    [409, 'conflict', 1],
    [422, 'refused', 1],
    [500, 'internal', 5],
    [418, 'a_code_of_a_newer_service', 1],
  ])('where the answer is %i %s: that is exit code %i', async (status, code, exitCode) => {
    const { server, api } = await asking(problem(status, code, 'so it is'));
    await expect(api.call('me.get')).rejects.toMatchObject({
      exitCode,
      code,
      requestId: 'req-1',
      message: code === 'unauthenticated' ? expect.stringContaining('does not take the token') : 'so it is',
    });
    expect(server.seen).toHaveLength(1);
  });

  it('where the service wants to be left alone for long', async () => {
    const { server, api } = await asking(problem(429, 'rate_limited', 'too many', { 'retry-after': '3600' }));
    await expect(api.call('me.get')).rejects.toMatchObject({ exitCode: 5, code: 'rate_limited' });
    expect(server.seen).toHaveLength(1);
  });

  it.each([
    ['is no JSON', (response) => response.end('<h1>Welcome</h1>')],
    ['has another shape', json({ hello: 'world' })],
    ['sends elsewhere', (response) => response.writeHead(302, { location: '/v2/me' }).end()],
    ['is a page that is not there', (response) => response.writeHead(404).end('<h1>Not found</h1>')],
  ] satisfies [string, Script][])(
    'where what answers is not the service: the answer %s',
    async (_, strange) => {
      const { server, api } = await asking(strange);
      await expect(api.call('me.get')).rejects.toMatchObject({ exitCode: 5, code: 'strange_answer' });
      expect(server.seen).toHaveLength(1);
    },
  );
});

it('says who asks, for which team, and with which version', async () => {
  const { server, api } = await asking(me);
  await api.call('me.get');
  expect(server.seen[0]?.headers).toMatchObject({
    authorization: 'Bearer bft_0123456789abcdef',
    'x-bitflow-team': 'acme',
    'user-agent': 'bitflow-cli/1.2.3',
  });
});

it('writes parameters and queries so that nothing in them is taken for something else', async () => {
  const { server, api } = await asking(problem(404, 'not_found', 'none'));
  await expect(
    api.call('images.get', {
      params: { id: 'acme/shop', digest: '../../x?y#z' },
      query: { registry_id: 'a&b=c' },
    }),
  ).rejects.toMatchObject({ exitCode: 4 });
  expect(server.seen[0]?.path).toBe(
    '/v1/repositories/acme%2Fshop/images/..%2F..%2Fx%3Fy%23z?registry_id=a%26b%3Dc',
  );
});
