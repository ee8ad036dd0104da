import { about } from '#adapters/telemetry/log-context.ts';
import type { Caller } from '#core/access.ts';
import type { Build } from '#core/build.ts';
import type { DeadLetter } from '#core/dead-letter.ts';
import { type Delivery, repositoryIn } from '#core/delivery.ts';
import { UserError } from '#core/errors.ts';
import { repositoryId } from '#core/ids.ts';
import type { Page, PageRequest, Store } from '#core/ports.ts';
import type { Principal } from '#core/principal.ts';
import type { TeamRegistry } from '#core/registry.ts';
import { Platform, type Repository } from '#core/repository.ts';
import { type Team, TeamId } from '#core/team.ts';
import type { ApiToken } from '#core/token.ts';

/** The caller's team. */
export async function teamOf(store: Store, caller: Caller): Promise<Team> {
  const team = await store.teams.get(caller.team);
  if (team === null) throw new UserError('not_found', `there is no team ${JSON.stringify(caller.team)}`);
  return team;
}

/** The team that a path names: the caller's, or any for those who operate the installation. */
export async function teamNamed(store: Store, caller: Caller, id: string): Promise<Team> {
  const may = id === caller.team || caller.permissions.has('installation:operate');
  const team = may && TeamId.safeParse(id).success ? await store.teams.get(id) : null;
  if (team === null) throw new UserError('not_found', `there is no team ${JSON.stringify(id)}`);
  return team;
}

/** A page of the teams that a caller sees: their own, or all for those who operate the installation. */
export async function teamsOf(
  store: Store,
  caller: Caller,
  principal: Principal,
  page: PageRequest,
): Promise<Page<Team>> {
  if (caller.permissions.has('installation:operate')) return store.teams.list(page);
  if (principal.kind === 'token') return { items: [principal.team], next: null };
  const found = await Promise.all(principal.memberships.map(({ team }) => store.teams.get(team)));
  const teams = found.filter((team) => team !== null);
  return { items: teams.toSorted((a, b) => b.created_at - a.created_at), next: null };
}

/** A token of the caller's team: any for its admins, their own for others. */
export async function tokenOf(store: Store, caller: Caller, id: string): Promise<ApiToken> {
  const token = isId(id) ? await store.tokens.get(id) : null;
  const mine = token?.team === caller.team && (caller.role === 'admin' || token.owner === caller.owner);
  if (!mine) throw new UserError('not_found', `there is no token ${JSON.stringify(id)}`);
  return token;
}

/** A repository of the caller's team, by id or owner/name. What another team has is not there. */
export async function repositoryOf(store: Store, caller: Caller, idOrName: string): Promise<Repository> {
  for (const repository of await repositoriesNamed(store, idOrName))
    if (repository.team === caller.team) return repository;
  throw noRepository(idOrName);
}

/** The repository whose badge anybody may see, whoever's it is; null where there is none. */
export async function publicBadgeOf(store: Store, idOrName: string): Promise<Repository | null> {
  return (await repositoriesNamed(store, idOrName)).find(({ badge_public }) => badge_public) ?? null;
}

/** The answer where a repository is not there, or another team's. */
export function noRepository(idOrName: string): UserError {
  const name = JSON.stringify(idOrName);
  return new UserError(
    'not_found',
    `there is no repository ${name} in your team: it must be connected first`,
  );
}

/** Whatever is connected under an id or owner/name, at each host that has one. */
async function repositoriesNamed(store: Store, idOrName: string): Promise<Repository[]> {
  const ids = idOrName.includes('/')
    ? Platform.options.map((platform) => repositoryId(platform, idOrName))
    : [idOrName];
  const found = await Promise.all(ids.filter(isId).map((id) => store.repositories.get(id)));
  return found.filter((repository) => repository !== null);
}

/** A build of the caller's team. */
export async function buildOf(store: Store, caller: Caller, id: string): Promise<Build> {
  const build = isId(id) ? await store.builds.get(id) : null;
  if (build?.team !== caller.team)
    throw new UserError('not_found', `there is no build ${JSON.stringify(id)}`);
  about({ build_id: build.id });
  return build;
}

/** One of the caller's team's own registries. */
export async function registryOf(store: Store, caller: Caller, id: string): Promise<TeamRegistry> {
  const registry = isId(id) ? await store.registries.get(id) : null;
  if (registry?.team !== caller.team)
    throw new UserError('not_found', `there is no registry ${JSON.stringify(id)}`);
  return registry;
}

/**
 * A delivery that is not another team's: one of a repository that the caller's team connected, or of none. What was
 * in one of none is for `mayLookInto`.
 */
export async function deliveryOf(store: Store, caller: Caller, id: string): Promise<Delivery> {
  const delivery = isId(id) ? await store.deliveries.get(id) : null;
  if (delivery === null) throw noDelivery(id);
  if (delivery.team === caller.team) return delivery;
  if (delivery.team !== null) throw noDelivery(id);
  const named = repositoryIn(delivery.event);
  if (named === null) return delivery;
  const repository = await store.repositories.get(repositoryId(delivery.platform, named.full_name));
  if (repository === null || repository.team === caller.team) return delivery;
  throw noDelivery(id);
}

/** Whether a caller may see what was in a delivery: one of none may tell of anybody's repository. */
export function mayLookInto(caller: Caller, { team }: Delivery): boolean {
  return team === caller.team || (team === null && caller.permissions.has('installation:operate'));
}

/**
 * A delivery that the caller may have taken in again: what comes of it belongs to whoever has its repository now.
 * Throws UserError('forbidden') for one of no team that is not an operator's to replay, UserError('conflict') where
 * another team has the repository by now.
 */
export async function deliveryToReplay(store: Store, caller: Caller, id: string): Promise<Delivery> {
  const delivery = await deliveryOf(store, caller, id);
  const named = repositoryIn(delivery.event);
  const now = named && (await store.repositories.get(repositoryId(delivery.platform, named.full_name)));
  if (now && now.team !== caller.team)
    throw new UserError('conflict', `${now.full_name} is connected by another team now`);
  if (now === null && !mayLookInto(caller, delivery))
    throw new UserError('forbidden', 'a delivery about no connected repository is for operators to replay');
  return delivery;
}

function noDelivery(id: string): UserError {
  return new UserError('not_found', `there is no delivery ${JSON.stringify(id)}`);
}

/** Whose dead letters a caller may see: their team's, and those of none where they operate the installation. */
export function lettersOf(caller: Caller): (string | null)[] {
  return caller.permissions.has('installation:operate') ? [caller.team, null] : [caller.team];
}

/** A dead letter that the caller may see. */
export async function deadLetterOf(store: Store, caller: Caller, id: string): Promise<DeadLetter> {
  const letter = isId(id) ? await store.deadLetters.get(id) : null;
  if (letter !== null && lettersOf(caller).includes(letter.team)) return letter;
  throw new UserError('not_found', `there is no dead letter ${JSON.stringify(id)}`);
}

/** Our ids are letters, digits and dashes: nothing else is looked up. */
function isId(text: string): boolean {
  return /^[A-Za-z0-9-]{1,64}$/.test(text);
}
