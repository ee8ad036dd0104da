import type { Delivery, HostEvent } from '#core/delivery.ts';
import { repositoryId } from '#core/ids.ts';
import type { Repository } from '#core/repository.ts';
import { quote } from '#core/rules.ts';
import { found, heard, lost, withWebhook } from '#core/webhook-heard.ts';
import { type Decision, ignored, type TakeInDeps } from './take-in-decision.ts';

type RepositoryEvent = Extract<HostEvent, { kind: 'repository' }>;
type AccessEvent = Extract<HostEvent, { kind: 'access' }>;

/** Notes that the webhook of a repository works, where that is news. */
export async function noteHeard(deps: TakeInDeps, repository: Repository, at: number): Promise<void> {
  const change = (known: Repository) => withWebhook(known, (webhook) => heard(webhook, at));
  if (change(repository) !== repository) await deps.store.repositories.change(repository, change);
}

/** Why nothing comes of a repository under a name that it has no longer, or not yet, with what to do. */
function movedTo(repository: Repository, name: string): string {
  const { full_name, platform } = repository;
  const command = `bitflow repos connect ${name} --platform ${platform}`;
  return `${quote(full_name)} is called ${quote(name)} now: connect it by that name (${command}), and disconnect the old one`;
}

/** A push and the like under another name than the one that we know: noted, and said. */
export async function underAnotherName(
  deps: TakeInDeps,
  { trust }: Delivery,
  repository: Repository,
  name: string,
): Promise<Decision> {
  const why = movedTo(repository, name);
  return trust === 'body' ? noteLost(deps, repository, why) : ignored(why);
}

/**
 * Another repository has the name now: the one that was connected was renamed or deleted, and somebody took its name.
 * What they push is built with nobody's secrets, and for nobody.
 */
export async function underAnotherId(
  deps: TakeInDeps,
  { trust }: Delivery,
  repository: Repository,
): Promise<Decision> {
  const why = `${quote(repository.full_name)} is another repository at its host now: disconnect it, and connect the new one`;
  return trust === 'body' ? noteLost(deps, repository, why) : ignored(why);
}

/** The repository itself is another thing now. Nothing is built of that; its builds end as they will. */
export async function decideOnRepository(
  deps: TakeInDeps,
  delivery: Delivery,
  event: RepositoryEvent,
  repository: Repository,
): Promise<Decision> {
  if (delivery.trust !== 'body') return ignored('the host does not sign what became of its repositories');
  switch (event.change) {
    case 'renamed':
    case 'transferred':
      if (isNamed(repository, event.repository)) return noteFound(deps, repository, delivery);
      return underAnotherName(deps, delivery, repository, event.repository);
    case 'archived':
      return noteLost(deps, repository, 'the repository was archived at its host: nobody can push to it');
    case 'deleted':
      return noteLost(deps, repository, 'the repository was deleted at its host: bitflow repos disconnect');
    case 'unarchived':
      return noteFound(deps, repository, delivery);
  }
}

/**
 * The installation may reach more or less at the host: that is noted with each repository that it reaches by its own
 * credential. Those with a token of their own are as they were.
 */
export async function decideOnAccess(
  deps: TakeInDeps,
  delivery: Delivery,
  { change, repositories }: AccessEvent,
): Promise<Decision> {
  if (delivery.trust !== 'body' || delivery.repository_id !== null)
    return ignored('only the installation is told what it may reach');
  let concerned = 0;
  for (const name of repositories) {
    const known = await deps.store.repositories.get(repositoryId(delivery.platform, name));
    if (known?.credential !== 'installation') continue;
    concerned++;
    if (change === 'granted') await noteFound(deps, known, delivery);
    else await noteLost(deps, known, 'the installation was taken its access to the repository');
  }
  return ignored(`access was ${change} to ${concerned} of the repositories that are connected`);
}

async function noteLost(deps: TakeInDeps, repository: Repository, why: string): Promise<Decision> {
  await deps.store.repositories.change(repository, (known) =>
    withWebhook(known, (webhook) => lost(webhook, why)),
  );
  return ignored(why);
}

async function noteFound(deps: TakeInDeps, repository: Repository, delivery: Delivery): Promise<Decision> {
  await deps.store.repositories.change(repository, (known) =>
    withWebhook(known, (webhook) => found(webhook, delivery.received_at)),
  );
  return ignored('the repository is there again');
}

/** Whether the host speaks of another repository than the one that was connected. Where either id is not known, it does not. */
export function isAnother(repository: Repository, hostId: string | null): boolean {
  return repository.host_id !== null && hostId !== null && hostId !== repository.host_id;
}

/** Hosts take names that differ in case alone as one. */
export function isNamed({ full_name }: Repository, name: string): boolean {
  return full_name.toLowerCase() === name.toLowerCase();
}
