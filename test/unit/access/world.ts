import { type Permission, permissionsOf, type Role } from '#core/access.ts';
import { EXAMPLE } from '#core/api/examples.ts';
import { tokenHash } from '#core/ids.ts';
import type { Store } from '#core/ports.ts';
import type { ApiToken } from '#core/token.ts';
import type { ApiDeps } from '#handlers/api/context.ts';
import { anApi } from '#test/support/api.ts';
import {
  aBuild,
  aDeadLetter,
  aDelivery,
  aMember,
  aRepository,
  aTeam,
  aToken,
  digestOf,
  sha,
  T0,
} from '#test/support/memory/examples.ts';
import { storeOn } from '#test/support/memory/index.ts';
import { newState } from '#test/support/memory/state.ts';
import { aService, PATHS } from '#test/unit/use-cases/harness.ts';

/** Who calls. `operator`: an admin of the team that operates the installation; `other`: of a team like any. */
export const CALLERS = ['viewer', 'developer', 'admin', 'operator', 'other', 'expired', 'revoked'] as const;
export type CallerName = (typeof CALLERS)[number];

/** What only the team has, and no request names: nobody else may be told. */
const OWN = { commit: sha('c'), person: 'grace@acme.example', token: 'the token of the deployment' };
export const MARKERS = Object.values(OWN);

/** A team with one thing of each kind, by the ids of the document's examples, and everybody who may call. */
export async function aWorld(fields: Partial<ApiDeps> = {}) {
  const state = newState();
  const store = storeOn(state);
  const service = aService();
  await fill(store);
  // One image that nothing needs, and a tag at another.
  const path = `${PATHS.release}/shop`;
  service.registry.push(path, EXAMPLE.tag, EXAMPLE.digest);
  service.registry.push(path, EXAMPLE.tag, digestOf('a'));
  const now = service.clock.now;
  const secretOf = (name: string) => `bft_${name.padEnd(32, 'x')}`;
  const give = (name: string, fields: Partial<ApiToken> = {}) =>
    store.tokens.create(aToken(tokenHash(secretOf(name)), { last_used_at: now, ...fields }));
  const member = (role: Role) => ({
    role,
    owner: role === 'developer' ? EXAMPLE.email : `${role}@acme.example`,
  });
  const tokens: Record<CallerName, Partial<ApiToken>> = {
    viewer: member('viewer'),
    developer: member('developer'),
    admin: member('admin'),
    operator: { team: 'operators' },
    other: { team: 'other' },
    expired: { ...member('admin'), expires_at: now },
    revoked: { ...member('admin'), revoked_at: now },
  };
  for (const name of CALLERS) await give(name, tokens[name]);
  return {
    api: anApi(
      { ...fields, store, refs: { resolve: async () => new Map([['refs/heads/main', sha('d')]]) } },
      service,
    ),
    bus: service.bus,
    hosts: service.hosts,
    secrets: service.secrets,
    state,
    secretOf,
    /** An admin's token that may do nothing but this, or all but this. */
    scoped: async (scopes: readonly Permission[]) => {
      await give('scoped', { scopes: [...scopes] });
      return secretOf('scoped');
    },
  };
}
export type World = Awaited<ReturnType<typeof aWorld>>;

/** All that an admin may do but one thing. */
export const allBut = (permission: Permission): Permission[] =>
  [...permissionsOf('admin', false)].filter((other) => other !== permission);

const REGISTRY = {
  version: 1,
  team: EXAMPLE.team,
  kind: 'ghcr',
  url: 'ghcr.io/acme',
  credential_at: null,
} as const;

/** It may be cancelled again, and retried. */
const ENDED = { status: 'cancelled', finished_at: T0 } as const;

async function fill(store: Store): Promise<void> {
  await store.teams.create(aTeam({ id: EXAMPLE.team }));
  await store.teams.create(aTeam({ id: 'other' }));
  await store.teams.create(aTeam({ id: 'operators', operates: true }));
  for (const role of ['viewer', 'admin'] as const)
    await store.members.put(aMember(`${role}@acme.example`, { role }));
  await store.members.put(aMember(EXAMPLE.email, { role: 'developer' }));
  await store.members.put(aMember(OWN.person));
  const secrets = { [EXAMPLE.secret]: { created_at: T0, updated_at: T0 } };
  const shop = aRepository({ full_name: EXAMPLE.repository, secrets });
  await store.repositories.create(shop);
  await store.builds.create(aBuild('example', { id: EXAMPLE.build, commit_sha: OWN.commit, ...ENDED }));
  const waits = { status: 'waiting_approval', trusted: false } as const;
  await store.builds.create(aBuild('waits', { id: EXAMPLE.waitingBuild, commit_sha: OWN.commit, ...waits }));
  await store.registries.create({ ...REGISTRY, id: EXAMPLE.registry, created_at: T0 });
  const decided = { verdict: 'ignored', team: EXAMPLE.team, repository_id: shop.id } as const;
  await store.deliveries.create(aDelivery(EXAMPLE.delivery, { commit_sha: OWN.commit }, decided));
  await store.deadLetters.create(aDeadLetter(EXAMPLE.deadLetter));
  const owned = { id: EXAMPLE.token, name: OWN.token, owner: EXAMPLE.email, created_at: T0 };
  await store.tokens.create(aToken(tokenHash('nobody has it'), owned));
}
