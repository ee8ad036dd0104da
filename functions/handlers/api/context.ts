import type { OpenAPIHono } from '@hono/zod-openapi';
import { type Caller, permissionsOf } from '#core/access.ts';
import type { ClonePolicy } from '#core/clone-url.ts';
import { UserError } from '#core/errors.ts';
import { tokenHash } from '#core/ids.ts';
import type { Clock, CloudBuilds, GitHost, RefLookup, ReplayBus, SecretStore, Store } from '#core/ports.ts';
import type { Platform } from '#core/repository.ts';

/** What the routes need; the caller is found by the middleware. */
export interface ApiDeps {
  readonly store: Store;
  readonly bus: ReplayBus;
  readonly now: Clock;
  readonly unique: () => string;
  readonly cloudBuilds: CloudBuilds;
  readonly secrets: SecretStore;
  readonly refs: RefLookup;
  readonly hosts: Readonly<Record<Platform, GitHost>>;
  readonly clonePolicy: ClonePolicy;
  /** The registry path (`host/path`) of released images. */
  readonly release: string;
  /** How many builds of the pool run at once. */
  readonly capacity: number;
}

export type ApiEnv = { Variables: { caller: Caller } };
export type Api = OpenAPIHono<ApiEnv>;

/** Who calls: the owner of the bearer token. Throws UserError('unauthenticated'). */
export async function callerOf(store: Store, authorization: string | undefined): Promise<Caller> {
  const token = /^Bearer ([A-Za-z0-9._~+/=-]{16,512})$/.exec(authorization ?? '')?.[1];
  if (!token) throw new UserError('unauthenticated', 'send your API token as `Authorization: Bearer …`');
  const owner = await store.tokens.find(tokenHash(token));
  if (owner === null) throw new UserError('unauthenticated', 'the API token is not known');
  const team = await store.teams.get(owner.team);
  const permissions = permissionsOf('admin', team?.operates ?? false);
  return { kind: 'token', id: owner.id, team: owner.team, role: 'admin', permissions };
}
