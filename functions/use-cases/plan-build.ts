import { isOwnRef } from '#core/git-names.ts';
import type { Plan, PlanError } from '#core/plan.ts';
import type { Planner, Store } from '#core/ports.ts';
import type { Repository } from '#core/repository.ts';
import type { Team } from '#core/team.ts';
import { checkRequest } from './check-request.ts';
import type { BuildRequest } from './create-build.ts';
import { accessOf } from './host-access.ts';
import { configOf } from './new-build.ts';
import { type ResolveDeps, resolveTarget } from './resolve-target.ts';

export interface PlanBuildDeps extends ResolveDeps {
  readonly store: Pick<Store, 'registries'>;
  readonly planner: Planner;
}

/** What a build would be of, and how it would be built: a plan, or what it would fail with. */
export interface PlannedBuild {
  readonly ref: string | null;
  readonly commitSha: string;
  readonly tags: readonly string[];
  readonly plan: Plan | null;
  readonly error: PlanError | null;
}

/**
 * Says what `createBuild` would have built, and why; nothing is kept. The planner gets what a builder would get,
 * but secrets by name only. Throws what `createBuild` throws of a request.
 */
export async function planBuild(
  deps: PlanBuildDeps,
  team: Team,
  repository: Repository,
  request: BuildRequest,
): Promise<PlannedBuild> {
  await checkRequest(deps.store, team, repository, request);
  const { ref, commitSha, tags } = await resolveTarget(deps, repository, request);
  const trusted = isOwnRef(ref);
  const credential = await deps.host.cloneCredential(await accessOf(deps.secrets, repository));
  const answer = await deps.planner.plan({
    version: 1,
    build: {
      repository: repository.full_name,
      ref,
      commit_sha: commitSha,
      root_directory: repository.root_directory,
      builder_type: request.builder_type ?? repository.builder_type,
      trusted,
      config: configOf(repository, request.config),
    },
    clone: {
      url: repository.clone_url,
      credential: credential && {
        username: credential.username,
        password: credential.password.reveal(),
      },
    },
    secret_names: trusted ? Object.keys(repository.secrets) : [],
  });
  const known = { ref, commitSha, tags: request.image_tag ? [request.image_tag] : tags };
  return 'plan' in answer
    ? { ...known, plan: answer.plan, error: null }
    : { ...known, plan: null, error: answer.error };
}
