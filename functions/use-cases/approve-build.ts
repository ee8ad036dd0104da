import { type Build, isTerminal } from '#core/build.ts';
import { UserError } from '#core/errors.ts';
import type { Bus, Clock, Store } from '#core/ports.ts';
import { type Provisioned, requireProvisioned } from '#core/provisioned.ts';
import { runEffects } from './run-effects.ts';
import { requirePlace } from './take-place.ts';

export interface ApproveDeps {
  readonly store: Pick<Store, 'builds' | 'teams' | 'quotas'>;
  readonly bus: Bus;
  readonly now: Clock;
  readonly provisioned: Provisioned;
}

/**
 * Lets a build run that waits for it; one that was let already is given back as it is. It is from now on one of the
 * team's builds of the day. Throws UserError('conflict') where it ended, UserError('team_not_provisioned') where the
 * team has no registries, UserError('rate_limited') where the day's builds are used up.
 */
export async function approveBuild(deps: ApproveDeps, build: Build): Promise<Build> {
  if (build.status === 'waiting_approval') {
    const team = await deps.store.teams.get(build.team);
    if (team === null) throw new UserError('not_found', `there is no team ${build.team}`);
    requireProvisioned(deps.provisioned, team.registry_prefix);
    await requirePlace(deps.store, team, build.id, deps.now());
  }
  const { build: now } = await deps.store.builds.apply(build.id, { type: 'approved', at: deps.now() });
  if (isTerminal(now.status)) throw new UserError('conflict', `the build is ${now.status} already`);
  await runEffects(deps, now);
  return now;
}
