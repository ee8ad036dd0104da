import { randomUUID } from 'node:crypto';
import type { Permission, Role } from '#core/access.ts';
import { tokenHash, tokenIdOf } from '#core/ids.ts';
import type { Provisioned } from '#core/provisioned.ts';
import type { ApiToken } from '#core/token.ts';
import type { AccessSettings } from '#handlers/api/context.ts';
import { anApi } from '#test/support/api.ts';
import { aMember, aTeam, aToken, T0 } from '#test/support/memory/examples.ts';
import { memoryStore } from '#test/support/memory/index.ts';
import { aService } from '#test/unit/use-cases/harness.ts';

export const ADMIN = 'admin@acme.example';
export const OPERATOR = 'operator@ops.example';

export interface Sent {
  readonly as?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
}

/** The API with the teams `acme` and `other`, and `ops`, which operates the installation. */
export async function threeTeams(access: Partial<AccessSettings> = {}, provisioned: Provisioned = null) {
  const store = memoryStore();
  const adminOf = (team: string, email: string) => aMember(email, { team, role: 'admin' });
  await store.teams.create(aTeam(), adminOf('acme', ADMIN));
  await store.teams.create(
    aTeam({ id: 'other', created_at: T0 + 1 }),
    adminOf('other', 'admin@other.example'),
  );
  const ops = aTeam({ id: 'ops', operates: true, created_at: T0 + 2 });
  await store.teams.create(ops, adminOf('ops', OPERATOR));
  const service = aService();
  const api = anApi(
    {
      store,
      provisioned,
      unique: randomUUID,
      access: {
        // An ID token here is `id-token-of-` and the address, its `@` as `~`.
        people: {
          verify: async (token) => {
            const email = /^id-token-of-(.+)$/.exec(token)?.[1]?.replace('~', '@');
            return email === undefined ? null : { email };
          },
        },
        gateway: null,
        rates: null,
        proxies: 1,
        ...access,
      },
    },
    service,
  );
  const request = (
    path: string,
    { as, body, headers = {}, method = body === undefined ? 'GET' : 'POST' }: Sent,
  ) => {
    const authorization: Record<string, string> = as === undefined ? {} : { authorization: `Bearer ${as}` };
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    return api.request(path, {
      method,
      headers: { ...authorization, 'content-type': 'application/json', ...headers },
      ...content,
    });
  };
  const ask = async (path: string, sent: Sent = {}) => {
    const answer = await request(path, sent);
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) };
  };
  let tokens = 0;
  /** Puts a token there. @returns it, as it is sent. */
  const token = async (fields: Partial<ApiToken> & { role?: Role; scopes?: Permission[] | null } = {}) => {
    tokens += 1;
    const secret = `bft_test${String(tokens).padStart(24, '0')}`;
    await store.tokens.create(aToken(tokenHash(secret), { name: `token ${tokens}`, ...fields }));
    return { secret, id: tokenIdOf(tokenHash(secret)) };
  };
  return { api, ask, request, store, token, clock: service.clock };
}

/** The ID token of a person. */
export const idTokenOf = (email: string): string => `id-token-of-${email.replace('@', '~')}`;
