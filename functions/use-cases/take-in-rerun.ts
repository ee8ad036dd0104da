import { type Build, isTerminal } from '#core/build.ts';
import { APPROVAL_TTL_S, PULL_REQUEST_IMAGE_MS } from '#core/build-rules.ts';
import { latestBuilds } from '#core/commit-state.ts';
import { buildIdOf } from '#core/ids.ts';
import { whyNotProvisioned } from '#core/provisioned.ts';
import type { Repository } from '#core/repository.ts';
import type { Team } from '#core/team.ts';
import { newBuild } from './new-build.ts';
import { runEffects } from './run-effects.ts';
import { type Decision, ignored, type TakeInDeps, type Taken } from './take-in-decision.ts';
import { takePlace } from './take-place.ts';

/** More builds of one commit than there ever are. */
const MAX_BUILDS = 200;

/**
 * Somebody at the host wants a commit's builds again: of each image the last one that ended is repeated, in its place
 * among the pushes. What runs still is let run. A second time it makes the same builds: its own do not count.
 */
export async function rerun(deps: TakeInDeps, taken: Taken, commitSha: string): Promise<Decision> {
  const { delivery, repository } = taken;
  const all = await deps.store.builds.ofCommit(repository.connection_id, commitSha, MAX_BUILDS);
  const others = all.filter(
    ({ origin }) => !(origin.kind === 'delivery' && origin.delivery_id === delivery.id),
  );
  const ended = latestBuilds(others).filter(({ status }) => isTerminal(status));
  if (ended.length === 0) return ignored('no build of that commit has ended');
  const team = await deps.store.teams.get(repository.team);
  if (team === null) return ignored(`the team ${repository.team} is gone`);
  const why = whyNotProvisioned(deps.provisioned, team.registry_prefix);
  if (why !== null) return ignored(why);
  const build_ids: string[] = [];
  let reason: string | null = null;
  for (const old of ended) {
    const build = again(repository, team, old, delivery.id, deps.now());
    reason ??=
      build.status === 'queued' ? await takePlace(deps.store, team, build.id, build.created_at) : null;
    if (reason !== null) continue;
    await deps.store.builds.create(build);
    await runEffects(deps, build);
    build_ids.push(build.id);
  }
  return { verdict: build_ids.length === 0 ? 'ignored' : 'accepted', reason, build_ids };
}

/** The same again. A stranger's commit that nobody let run still waits for somebody who does. */
function again(repository: Repository, team: Team, old: Build, deliveryId: string, at: number): Build {
  const { ref, commit_sha, before_sha, pushed_at, order, image, pull_request, trusted } = old;
  const { requested_builder, root_directory, config, timeout_s } = old;
  const build = newBuild(
    repository,
    team,
    {
      ...{ ref, commit_sha, before_sha, pushed_at, order, image, pull_request, trusted },
      ...{ requested_builder, root_directory, config, timeout_s },
      id: buildIdOf(deliveryId, old.id),
      origin: { kind: 'delivery', delivery_id: deliveryId },
      expires_at: pull_request === null ? null : at + PULL_REQUEST_IMAGE_MS,
      retry_of: old.retry_of ?? old.id,
    },
    at,
  );
  if (trusted || old.attempt > 0) return build;
  const effects = build.effects.filter(({ kind }) => kind !== 'wake_submit');
  return { ...build, status: 'waiting_approval', queue_ttl_s: APPROVAL_TTL_S, effects };
}
