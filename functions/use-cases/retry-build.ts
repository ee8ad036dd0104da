import { type Build, isTerminal } from '#core/build.ts';
import { PULL_REQUEST_IMAGE_MS } from '#core/build-rules.ts';
import { UserError } from '#core/errors.ts';
import { buildIdFresh } from '#core/ids.ts';
import { requireProvisioned } from '#core/provisioned.ts';
import type { Repository } from '#core/repository.ts';
import { pullRequestTag } from '#core/tag-template.ts';
import type { Team } from '#core/team.ts';
import { type Asked, type CreateBuildDeps, keepBuild } from './create-build.ts';
import { newBuild } from './new-build.ts';
import { resolveTarget, type Target, targetOf } from './resolve-target.ts';

/** What to build again: the same commit, or what the build's ref points to now. */
export type RetryAt = 'commit' | 'head';

/**
 * Builds again what a build built, as it was asked for then (builder, variables, image). Throws
 * UserError('conflict') while the build has not ended, or where there is no ref to look at, and
 * UserError('team_not_provisioned') where the team has no registries.
 *
 * The same commit keeps its place in the order of pushes: rebuilding an older one does not take a tag from a
 * newer one, and rebuilding the newest renews it. The head is what is newest now, so it gets a place of its own.
 */
export async function retryBuild(
  deps: CreateBuildDeps,
  team: Team,
  repository: Repository,
  build: Build,
  at: RetryAt,
  asked: Asked,
): Promise<Build> {
  if (!isTerminal(build.status)) {
    throw new UserError('conflict', `the build is ${build.status}; cancel it first, or wait for its end`);
  }
  requireProvisioned(deps.provisioned, team.registry_prefix);
  const now = deps.now();
  const same = {
    id: buildIdFresh(asked.unique),
    origin: { kind: 'api', caller_id: asked.callerId },
    requested_builder: build.requested_builder,
    root_directory: build.root_directory,
    config: build.config,
    timeout_s: build.timeout_s,
    retry_of: build.retry_of ?? build.id,
    // A fork's code stays a fork's, and the image of a pull request goes again.
    pull_request: build.pull_request,
    trusted: build.trusted,
    expires_at: build.pull_request === null ? null : now + PULL_REQUEST_IMAGE_MS,
  } as const;
  if (at === 'commit') {
    const { ref, commit_sha, before_sha, pushed_at, order, image } = build;
    const place = { ref, commit_sha, before_sha, pushed_at, order, image };
    return keepBuild(deps, team, newBuild(repository, team, { ...same, ...place }, now));
  }
  if (build.ref === null) {
    throw new UserError(
      'conflict',
      'the build is one of a bare commit: there is no branch or tag to look at',
    );
  }
  const head = await resolveTarget(deps, repository, { ref: build.ref });
  const place = { ref: head.ref, commit_sha: head.commitSha, before_sha: null, pushed_at: now };
  const image = { ...build.image, tags: tagsAtHead(repository, build, head) };
  return keepBuild(deps, team, newBuild(repository, team, { ...same, ...place, image }, now));
}

/** The tags of the new commit, unless somebody had named the image's tag themselves. */
function tagsAtHead(repository: Repository, build: Build, { commitSha, tags }: Target): string[] {
  if (build.pull_request !== null) return [pullRequestTag(build.pull_request.number, commitSha)];
  const given = targetOf(repository, build.ref, build.commit_sha, build.pushed_at).tags;
  return given.join() === build.image.tags.join() ? tags : build.image.tags;
}
