import type { Delivery } from '#core/delivery.ts';
import type { Bus, Clock, GitHost, HostAccess, RefLookup, SecretStore, Store, Verdict } from '#core/ports.ts';
import type { Provisioned } from '#core/provisioned.ts';
import type { Platform, Repository } from '#core/repository.ts';
import { accessOf } from './host-access.ts';

export interface TakeInDeps {
  readonly store: Pick<Store, 'deliveries' | 'repositories' | 'schedules' | 'teams' | 'builds' | 'quotas'>;
  readonly bus: Bus;
  readonly now: Clock;
  readonly hosts: Readonly<Record<Platform, GitHost>>;
  readonly refs: RefLookup;
  readonly secrets: Pick<SecretStore, 'get'>;
  readonly provisioned: Provisioned;
}

/** What a delivery means; whose it was is added to it. */
export type Decision = Omit<Verdict, 'team' | 'repository_id'>;

/** A delivery about a repository that is connected, and how its host is asked. */
export interface Taken {
  readonly delivery: Delivery;
  readonly repository: Repository;
  readonly host: GitHost;
  readonly access: HostAccess;
}

export async function taken(deps: TakeInDeps, delivery: Delivery, repository: Repository): Promise<Taken> {
  const access = await accessOf(deps.secrets, repository);
  return { delivery, repository, host: deps.hosts[repository.platform], access };
}

export function ignored(reason: string): Decision {
  return { verdict: 'ignored', reason, build_ids: [] };
}

/** The commit that a ref points to now; null: there is no such ref. Throws what `RefLookup` throws. */
export async function commitOf(
  deps: Pick<TakeInDeps, 'refs'>,
  { repository, host, access }: Taken,
  ref: string,
): Promise<string | null> {
  const found = await deps.refs.resolve(repository.clone_url, [ref], await host.cloneCredential(access));
  return found.get(ref) ?? null;
}
