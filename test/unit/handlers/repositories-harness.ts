import { repositoryId, tokenHash } from '#core/ids.ts';
import { anApi } from '#test/support/api.ts';
import { aTeam } from '#test/support/memory/examples.ts';
import { memoryStore } from '#test/support/memory/index.ts';
import { aService } from '#test/unit/use-cases/harness.ts';

export const ACME = 'bft_0123456789abcdef';
export const OTHER = 'bft_other-0123456789';
const SHOP = { platform: 'github', full_name: 'acme/shop' };
export const ID = repositoryId('github', 'acme/shop');
export const AT = `/v1/repositories/${ID}`;

/** The API with the teams `acme` and `other`; `ask` speaks for `acme` unless told otherwise, or for nobody (null). */
export async function aConnector(fields: Parameters<typeof anApi>[0] = {}) {
  const service = aService();
  const tokens = new Map([
    [tokenHash(ACME), { id: 't-1', team: 'acme' }],
    [tokenHash(OTHER), { id: 't-2', team: 'other' }],
  ]);
  const store = memoryStore({ tokens, teams: [aTeam(), aTeam({ id: 'other' })] });
  const api = anApi({ store, ...fields }, service);
  const send = (method: string, path: string, body?: unknown, token: string | null = ACME, headers = {}) =>
    api.request(path, {
      method,
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const ask = async (...args: Parameters<typeof send>) => {
    const answer = await send(...args);
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json');
    return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
  };
  const connect = (fields: object = {}, token = ACME) =>
    ask('POST', '/v1/repositories', { ...SHOP, ...fields }, token);
  return { service, store, ask, connect };
}

export const problem = (status: number, code: string) => ({ status, body: { code } });
