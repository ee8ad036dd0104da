import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { caVariables, parseEnv } from '#builder/env.ts';
import { exchange } from '#builder/exchange.ts';
import { GRANT } from './support/grant.ts';

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => void close()));

/** Metadata server and exchange in one; answers the statuses in turn, then 200. */
async function serve(statuses: number[]) {
  const seen: { request: IncomingMessage; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('');
    if (request.url?.startsWith('/computeMetadata/')) {
      const flavoured = request.headers['metadata-flavor'] === 'Google';
      return void response
        .writeHead(flavoured ? 200 : 403)
        .end(`identity for ${new URL(request.url, 'http://x').searchParams.get('audience')}`);
    }
    seen.push({ request, body });
    const status = statuses.shift() ?? 200;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(GRANT));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = parseEnv({
    ...{
      BITFLOW_BUILD_ID: GRANT.build.id,
      BITFLOW_ATTEMPT: '1',
      BITFLOW_EXCHANGE_URL: `http://${host}/exchange`,
    },
    ...{
      BITFLOW_EXCHANGE_TOKEN: 'token',
      CLOUD_BUILD_ID: 'cb-1',
      GOOGLE_CLOUD_PROJECT: 'demo',
      GCE_METADATA_HOST: host,
    },
  });
  return { seen, env, run: () => exchange(env, new AbortController().signal) };
}

describe('the exchange', () => {
  it('sends the token with the identity of the account, for the exchange’s origin, in both headers', async () => {
    const { seen, env, run } = await serve([]);
    expect(await run()).toMatchObject({ kind: 'granted', grant: GRANT });
    const identity = `Bearer identity for ${new URL(env.BITFLOW_EXCHANGE_URL).origin}`;
    expect(seen[0]?.request.headers).toMatchObject({
      authorization: identity,
      'x-serverless-authorization': identity,
    });
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
      ...{ version: 1, build_id: GRANT.build.id, attempt: 1, token: 'token', cloud_build_id: 'cb-1' },
    });
  });

  it.each([409, 410])('is not ours at %i', async (status) => {
    expect(await (await serve([status])).run()).toMatchObject({ kind: 'not_ours' });
  });

  it.each([401, 403])('is a bug at %i, and not repeated', async (status) => {
    const { seen, run } = await serve([status, status]);
    await expect(run()).rejects.toMatchObject({ fault: 'bug' });
    expect(seen).toHaveLength(1);
  });

  it('is repeated after a 5xx', async () => {
    const { seen, run } = await serve([503, 500]);
    expect(await run()).toMatchObject({ kind: 'granted' });
    expect(seen).toHaveLength(3);
  });
});

describe('the environment', () => {
  it('reports all problems at once, and no value', () => {
    const wrong = { BITFLOW_EXCHANGE_TOKEN: '', BITFLOW_BUILD_ID: 'secret-looking', BITFLOW_ATTEMPT: '0' };
    expect(() => parseEnv(wrong)).toThrow(
      /BITFLOW_BUILD_ID.*BITFLOW_ATTEMPT.*BITFLOW_EXCHANGE_URL.*GOOGLE_CLOUD_PROJECT/s,
    );
    expect(() => parseEnv(wrong)).not.toThrow(/secret-looking/);
  });

  it('hands only CA variables on', async () => {
    const { env } = await serve([]);
    expect(caVariables({ ...env, SSL_CERT_FILE: '/ca.pem' })).toEqual({ SSL_CERT_FILE: '/ca.pem' });
    expect(JSON.stringify(env)).not.toContain('"token"');
  });
});
