import type { Build, BuilderType } from '#core/build.ts';
import { type BuildConfig, DEFAULT_TIMEOUT_S } from '#core/build-config.ts';
import { isOwnRef } from '#core/git-names.ts';
import { buildIdFresh } from '#core/ids.ts';
import type { Bus, Clock, Store } from '#core/ports.ts';
import { type Provisioned, requireProvisioned } from '#core/provisioned.ts';
import type { Repository } from '#core/repository.ts';
import type { Team } from '#core/team.ts';
import { checkRequest } from './check-request.ts';
import { configOf, newBuild } from './new-build.ts';
import { type ResolveDeps, resolveTarget, type TargetRequest } from './resolve-target.ts';
import { runEffects } from './run-effects.ts';
import { requirePlace } from './take-place.ts';

export interface CreateBuildDeps extends ResolveDeps {
  readonly store: Pick<Store, 'builds' | 'registries' | 'quotas'>;
  readonly bus: Bus;
  readonly now: Clock;
  readonly provisioned: Provisioned;
  /** Told of an effect that could not be done now. */
  readonly onLeftOver: (error: unknown) => void;
}

/** What a person or program asks for, all checked for its grammar. */
export interface BuildRequest extends TargetRequest {
  readonly builder_type?: BuilderType | undefined;
  readonly image_tag?: string | undefined;
  readonly config?: Partial<BuildConfig>;
  readonly timeout_s?: number | undefined;
  /** The image's path below the team's prefix, where it is not the repository's own. */
  readonly image_name?: string | undefined;
  /** One of the team's registries (`host/path`), where the image is not to be released to the installation's. */
  readonly registry?: string | undefined;
}

/** Who asks, and what makes the id: the same `unique` is the same build, however often it is asked for. */
export interface Asked {
  /** `Caller.id`. */
  readonly callerId: string;
  readonly unique: string;
}

/**
 * Creates a build that somebody asked for. Throws UserError('team_not_provisioned') where the team has no registries,
 * UserError('refused') where it asks for more than the team may have, and what `resolveTarget` throws.
 */
export async function createBuild(
  deps: CreateBuildDeps,
  team: Team,
  repository: Repository,
  request: BuildRequest,
  asked: Asked,
): Promise<Build> {
  requireProvisioned(deps.provisioned, team.registry_prefix);
  await checkRequest(deps.store, team, repository, request);
  const { ref, commitSha, tags } = await resolveTarget(deps, repository, request);
  const at = deps.now();
  const { image_name, registry = null } = request;
  const build = newBuild(
    repository,
    team,
    {
      id: buildIdFresh(asked.unique),
      origin: { kind: 'api', caller_id: asked.callerId },
      ref,
      commit_sha: commitSha,
      before_sha: null,
      pushed_at: at,
      trusted: isOwnRef(ref),
      image: {
        registry,
        name: image_name === undefined ? repository.image_name : `${team.registry_prefix}/${image_name}`,
        tags: request.image_tag ? [request.image_tag] : tags,
      },
      requested_builder: request.builder_type ?? repository.builder_type,
      config: configOf(repository, request.config),
      timeout_s: request.timeout_s ?? DEFAULT_TIMEOUT_S,
    },
    at,
  );
  return keepBuild(deps, team, build);
}

/**
 * Keeps a new build, or gives the one that an earlier try of the same request made. Once it is there, nothing fails:
 * who was told to try again would have two. What it owes then is left to `sweep`. Throws UserError('rate_limited')
 * where the team has used up its builds of the day.
 */
export async function keepBuild(
  deps: Pick<CreateBuildDeps, 'store' | 'bus' | 'onLeftOver'>,
  team: Team,
  build: Build,
): Promise<Build> {
  await requirePlace(deps.store, team, build.id, build.created_at);
  if ((await deps.store.builds.create(build)) === 'created') {
    await runEffects(deps, build).catch(deps.onLeftOver);
    return build;
  }
  const known = await deps.store.builds.get(build.id);
  if (known === null) throw new Error(`the build ${build.id} is gone`);
  await runEffects(deps, known).catch(deps.onLeftOver);
  return known;
}
