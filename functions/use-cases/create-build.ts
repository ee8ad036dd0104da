import type { Build, BuilderType } from '#core/build.ts';
import { UserError } from '#core/errors.ts';
import { parseRef } from '#core/git-names.ts';
import { buildIdFresh } from '#core/ids.ts';
import { commitTag, gitTagTag } from '#core/image-names.ts';
import type { Bus, Clock, GitHost, RefLookup, Store } from '#core/ports.ts';
import type { Repository } from '#core/repository.ts';
import { tagsOfHead } from '#core/rules.ts';
import type { Team } from '#core/team.ts';
import { newBuild } from './new-build.ts';
import { runEffects } from './run-effects.ts';

export interface CreateBuildDeps {
  readonly store: Pick<Store, 'builds'>;
  readonly bus: Bus;
  readonly now: Clock;
  readonly refs: RefLookup;
  readonly host: GitHost;
  /** Fresh randomness for an id. */
  readonly unique: () => string;
}

/** What a person or program asks for; at most one of branch, ref and commit, all checked for their grammar. */
export interface BuildRequest {
  readonly branch?: string | undefined;
  readonly ref?: string | undefined;
  readonly commit_sha?: string | undefined;
  readonly builder_type?: BuilderType | undefined;
  readonly image_tag?: string | undefined;
}

/** Creates a build that somebody asked for. A branch or tag is resolved at the host, now. */
export async function createBuild(
  deps: CreateBuildDeps,
  team: Team,
  repository: Repository,
  request: BuildRequest,
  tokenId: string,
): Promise<Build> {
  const { ref, commitSha, tags } = await target(deps, repository, request);
  const at = deps.now();
  const given = {
    id: buildIdFresh(deps.unique()),
    origin: { kind: 'api', token_id: tokenId } as const,
    ref,
    commit_sha: commitSha,
    before_sha: null,
    pushed_at: at,
    image: {
      registry: null,
      name: repository.image_name,
      tags: request.image_tag ? [request.image_tag] : tags,
    },
    requested_builder: request.builder_type ?? repository.builder_type,
  };
  const build = newBuild(repository, team, given, at);
  await deps.store.builds.create(build);
  await runEffects(deps, build);
  return build;
}

async function target(deps: CreateBuildDeps, repository: Repository, request: BuildRequest) {
  if (request.commit_sha !== undefined) {
    return { ref: null, commitSha: request.commit_sha, tags: [commitTag(request.commit_sha)] };
  }
  const wanted = request.ref ?? `refs/heads/${request.branch ?? repository.default_branch}`;
  const candidates = wanted.startsWith('refs/') ? [wanted] : [`refs/heads/${wanted}`, `refs/tags/${wanted}`];
  const credential = await deps.host.cloneCredential(repository);
  const found = await deps.refs.resolve(repository.clone_url, candidates, credential);
  const ref = candidates.find((candidate) => found.has(candidate));
  const commitSha = ref && found.get(ref);
  if (!ref || !commitSha) {
    throw new UserError('invalid_request', `${repository.full_name} has no ${JSON.stringify(wanted)}`, {
      problems: [
        { path: request.ref === undefined ? 'branch' : 'ref', message: 'does not exist at the git host' },
      ],
    });
  }
  const parsed = parseRef(ref);
  if (parsed?.kind === 'tag') return { ref, commitSha, tags: [gitTagTag(parsed.name)] };
  if (parsed?.kind === 'branch')
    return { ref, commitSha, tags: tagsOfHead(parsed.name, commitSha, repository) };
  return { ref, commitSha, tags: [commitTag(commitSha)] };
}
