import { z } from 'zod';
import { UserError } from '#core/errors.ts';
import type { HostAccess, HostPullRequest, HostRepository } from '#core/ports.ts';
import type { GitHubApi } from './api.ts';
import { FullName, Message, Name, named } from './fields.ts';
import { PullRequest, pullRequestOf } from './pull-request.ts';
import { orNull } from './request.ts';

/** Source: docs.github.com/en/rest/repos/repos#get-a-repository */
const Repo = z.object({
  id: z.int().positive(),
  full_name: FullName,
  clone_url: z.url(),
  default_branch: Name,
  private: z.boolean(),
  archived: z.boolean().default(false),
  /** KiB; 0 for one without a commit, and for a small one that is new. */
  size: z.int().default(0),
  permissions: z.object({ admin: z.boolean().default(false), push: z.boolean().default(false) }).optional(),
});

export async function look(api: GitHubApi, access: HostAccess): Promise<HostRepository> {
  const what = `read ${access.full_name}`;
  const repo = await api.ask(access, { what, route: 'GET /repos/{owner}/{repo}', answer: Repo });
  const empty = repo.size === 0 && !(await hasBranch(api, access, repo.default_branch));
  return {
    host_id: String(repo.id),
    full_name: repo.full_name,
    clone_url: repo.clone_url,
    default_branch: empty ? null : repo.default_branch,
    private: repo.private,
    archived: repo.archived,
    may: await rights(api, access, repo.permissions),
  };
}

async function hasBranch(api: GitHubApi, access: HostAccess, branch: string): Promise<boolean> {
  const what = `read ${access.full_name}`;
  const route = 'GET /repos/{owner}/{repo}/branches/{branch}';
  return (
    (await orNull(api.ask(access, { what, route, params: { branch }, answer: z.object({}) }), 404)) !== null
  );
}

/** Of an App, its permissions say it; of a token, what its user may do is told, which is the most that it may. */
async function rights(
  api: GitHubApi,
  access: HostAccess,
  user: { admin: boolean; push: boolean } | undefined,
): Promise<HostRepository['may']> {
  const shown = await api.shown(access);
  if (shown.kind === 'app') return shown.installation.permissions.checks === 'write' ? 'write' : 'read';
  if (shown.kind === 'nothing' || user === undefined) return 'read';
  return user.admin ? 'admin' : user.push ? 'write' : 'read';
}

/** What the contents API says of a file up to 1 MB; past that `content` is empty and `encoding` `none`. */
const File = z.object({
  type: z.string(),
  size: z.int().nonnegative(),
  encoding: z.string().optional(),
  content: z.string().optional(),
});

/** Source: docs.github.com/en/rest/repos/contents#get-repository-content */
export async function readFile(
  api: GitHubApi,
  access: HostAccess,
  commit: string,
  path: string,
  maxBytes: number,
): Promise<string | null> {
  // The path is the rest of the address: its slashes stay.
  const escaped = path.split('/').map(encodeURIComponent).join('/');
  const file = await orNull(
    api.ask(access, {
      what: `read ${path} of ${access.full_name}`,
      route: `GET /repos/{owner}/{repo}/contents/${escaped}`,
      params: { ref: commit },
      accept: 'application/vnd.github.object+json',
      answer: File,
    }),
    404,
  );
  if (file === null || file.type !== 'file') return null;
  if (file.size > maxBytes || (file.encoding !== 'base64' && file.size > 0))
    throw new UserError('refused', `${path} has ${file.size} bytes, and may have ${maxBytes} at most`);
  return Buffer.from(file.content ?? '', 'base64').toString('utf8');
}

const Commit = z.object({ message: Message });

/** Source: docs.github.com/en/rest/git/commits#get-a-commit-object */
export async function commitMessage(api: GitHubApi, access: HostAccess, sha: string): Promise<string | null> {
  const what = `read the commit ${sha} of ${access.full_name}`;
  const route = 'GET /repos/{owner}/{repo}/git/commits/{sha}';
  const commit = await orNull(
    api.ask(access, { what, route, params: { sha }, answer: Commit }),
    404,
    409,
    422,
  );
  return commit?.message ?? null;
}

const AskedPullRequest = PullRequest.extend({
  base: PullRequest.shape.base.extend({ repo: z.object({ full_name: FullName, id: z.int().positive() }) }),
});

export async function pullRequest(
  api: GitHubApi,
  access: HostAccess,
  number: number,
): Promise<HostPullRequest | null> {
  const what = `read pull request ${number} of ${access.full_name}`;
  const route = 'GET /repos/{owner}/{repo}/pulls/{number}';
  const request = await orNull(
    api.ask(access, { what, route, params: { number }, answer: AskedPullRequest }),
    404,
  );
  if (request === null) return null;
  return { ...named(request.base.repo), ...pullRequestOf(request), open: request.state === 'open' };
}
