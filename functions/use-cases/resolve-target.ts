import { UserError } from '#core/errors.ts';
import { parseRef } from '#core/git-names.ts';
import { commitTag } from '#core/image-names.ts';
import type { Clock, GitHost, RefLookup, SecretStore } from '#core/ports.ts';
import type { Repository } from '#core/repository.ts';
import { tagsOf } from '#core/rules.ts';
import { accessOf } from './host-access.ts';

export interface ResolveDeps {
  readonly refs: RefLookup;
  readonly host: GitHost;
  readonly secrets: Pick<SecretStore, 'get'>;
  readonly now: Clock;
}

/** What somebody wants built: at most one of these, checked for its grammar; none is the default branch. */
export interface TargetRequest {
  readonly branch?: string | undefined;
  readonly ref?: string | undefined;
  readonly commit_sha?: string | undefined;
}

/** A commit, the full ref that it was found by (null: it was named itself), and the tags that its image gets. */
export interface Target {
  readonly ref: string | null;
  readonly commitSha: string;
  readonly tags: string[];
}

/**
 * Finds the commit that is meant: a branch or tag is resolved at the host, now. Throws
 * UserError('refused') where the host has no such ref or does not let us in, TransientError where it does not say.
 */
export async function resolveTarget(
  deps: ResolveDeps,
  repository: Repository,
  request: TargetRequest,
): Promise<Target> {
  if (request.commit_sha !== undefined) return targetOf(repository, null, request.commit_sha, deps.now());
  const wanted = request.ref ?? `refs/heads/${request.branch ?? repository.default_branch}`;
  const candidates = wanted.startsWith('refs/') ? [wanted] : [`refs/heads/${wanted}`, `refs/tags/${wanted}`];
  const credential = await deps.host.cloneCredential(await accessOf(deps.secrets, repository));
  const found = await deps.refs.resolve(repository.clone_url, candidates, credential);
  const ref = candidates.find((candidate) => found.has(candidate));
  const commitSha = ref && found.get(ref);
  if (ref && commitSha) return targetOf(repository, ref, commitSha, deps.now());
  throw new UserError('refused', `${repository.full_name} has no ${JSON.stringify(wanted)}`, {
    problems: [
      { path: request.ref === undefined ? 'branch' : 'ref', message: 'does not exist at the git host' },
    ],
  });
}

/** A commit of a ref, with the tags that the repository's own rules give it. @param at when (ms since the epoch). */
export function targetOf(repository: Repository, ref: string | null, commitSha: string, at: number): Target {
  const parsed = ref === null ? null : parseRef(ref);
  if (parsed === null) return { ref, commitSha, tags: [commitTag(commitSha)] };
  const { image_name: image, rules } = repository;
  return { ref, commitSha, tags: tagsOf(repository, rules, { ref: parsed, commitSha, image, at }) };
}
