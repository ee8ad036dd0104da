import { type Build, type BuildStatus, isTerminal, SLOT_STATES } from '#core/build.ts';
import { ALL_BUILDS, type Store } from '#core/ports.ts';
import { pullRequestRef } from '#core/pull-requests.ts';
import type { Repository } from '#core/repository.ts';
import { type EffectDeps, runEffects } from './run-effects.ts';

/** The states that a build can leave by being cancelled. */
export const CANCELLABLE: readonly BuildStatus[] = ['waiting_approval', 'queued', ...SLOT_STATES];

/** How many are read at once. */
const PAGE = 100;

/** The builds of a pull request in these states; null: all. Of this connection of the repository only. */
export async function buildsOfRequest(
  store: Pick<Store, 'builds'>,
  { id, connection_id, platform, team }: Repository,
  number: number,
  statuses: readonly BuildStatus[] | null,
): Promise<Build[]> {
  const filters = { ...ALL_BUILDS, repositoryId: id, statuses, ref: pullRequestRef(platform, number) };
  const found: Build[] = [];
  let after: string | null = null;
  do {
    const page = await store.builds.list(team, filters, { limit: PAGE, after });
    found.push(...page.items.filter((build) => build.connection_id === connection_id));
    after = page.next;
  } while (after !== null);
  return found;
}

/**
 * A newer commit takes the older ones' place in waiting for approval, whichever of them was taken in first. What was
 * approved is none of its business.
 */
export async function supersedeWaiting(
  deps: EffectDeps & { readonly now: () => number },
  repository: Repository,
  number: number,
): Promise<void> {
  const all = await buildsOfRequest(deps.store, repository, number, null);
  const newest = all.toSorted((a, b) => b.pushed_at - a.pushed_at || b.created_at - a.created_at)[0];
  for (const build of all) {
    if (build.status !== 'waiting_approval' || build.commit_sha === newest?.commit_sha) continue;
    const event = { type: 'superseded', at: deps.now(), by: newest?.id ?? '' } as const;
    const { build: ended } = await deps.store.builds.apply(build.id, event);
    if (isTerminal(ended.status)) await runEffects(deps, ended);
  }
}
