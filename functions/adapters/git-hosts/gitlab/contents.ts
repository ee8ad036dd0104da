import { z } from 'zod';
import { UserError } from '#core/errors.ts';
import type { HostAccess, HostPullRequest } from '#core/ports.ts';
import { asked, type GitLabApi, orNull } from './api.ts';
import { Label, MAX_MESSAGE, Ref, Sha, Title, timeOf } from './payload.ts';

/** Source: docs.gitlab.com/api/repository_files#retrieve-a-file-from-a-repository */
const File = z.object({ size: z.int().nonnegative(), encoding: z.literal('base64'), content: z.string() });

export async function readFile(
  api: GitLabApi,
  { full_name }: HostAccess,
  commit: string,
  path: string,
  maxBytes: number,
): Promise<string | null> {
  const answer = asked(`read ${path} of ${full_name}`, File, api.files.show(full_name, path, commit));
  const file = await orNull(answer, 404);
  if (file === null) return null;
  if (file.size > maxBytes)
    throw new UserError('refused', `${path} has ${file.size} bytes, and may have ${maxBytes} at most`);
  return Buffer.from(file.content, 'base64').toString('utf8');
}

const Commit = z.object({ message: z.string() });

/** Source: docs.gitlab.com/api/commits#retrieve-a-commit */
export async function commitMessage(
  api: GitLabApi,
  { full_name }: HostAccess,
  sha: string,
): Promise<string | null> {
  const answer = asked(`read the commit ${sha} of ${full_name}`, Commit, api.commits.show(full_name, sha));
  const commit = await orNull(answer, 404);
  return commit?.message.replace(/\n+$/, '').slice(0, MAX_MESSAGE).toWellFormed() ?? null;
}

/** Source: docs.gitlab.com/api/merge_requests#retrieve-a-merge-request */
const MergeRequest = z.object({
  iid: z.int().positive(),
  state: z.string(),
  /** The head; null: the source branch is gone, or has nothing of its own. */
  sha: Sha.nullish(),
  source_branch: Ref,
  target_branch: Ref,
  /** Null: the fork is gone. */
  source_project_id: z.int().nullish(),
  target_project_id: z.int(),
  title: Title,
  labels: z.array(Label).default([]),
  updated_at: z.string().nullish(),
});
const Named = z.object({ path_with_namespace: z.string().min(3).max(255) });

export async function pullRequest(
  api: GitLabApi,
  { full_name }: HostAccess,
  number: number,
): Promise<HostPullRequest | null> {
  const what = `read merge request !${number} of ${full_name}`;
  const request = await orNull(asked(what, MergeRequest, api.mergeRequests.show(full_name, number)), 404);
  if (!request?.sha) return null;
  const { source_project_id: source, target_project_id: target } = request;
  // A fork that is gone, or that the token may not see: its name is not known, and it is a fork.
  const fork =
    source == null || source === target
      ? null
      : await orNull(asked(what, Named, api.projects.show(source)), 403, 404);
  return {
    repository: full_name,
    host_id: String(target),
    number: request.iid,
    commit_sha: request.sha,
    head_branch: request.source_branch,
    head_repository: source === target ? full_name : (fork?.path_with_namespace ?? null),
    base_branch: request.target_branch,
    labels: request.labels,
    title: request.title,
    changed_at: timeOf(request.updated_at),
    open: request.state === 'opened',
  };
}
