import { z } from 'zod';
import { UserError } from '#core/errors.ts';
import type { HostAccess, HostPullRequest, HostRepository } from '#core/ports.ts';
import { type GiteeApi, orNull } from './api.ts';
import { FullName, Labels, Message, Name, Sha, Time } from './fields.ts';

/** A repository as the API has it: `full_name` is the one of its address, and `human_name` for people. */
const Repo = z.object({
  id: z.int().positive(),
  full_name: FullName,
  default_branch: Name.nullish(),
  private: z.boolean(),
  /** Gitee tells of an archived one in its state; older versions of the API do not at all. */
  archived: z.boolean().nullish(),
  empty_repo: z.boolean().nullish(),
  permission: z.object({ admin: z.boolean().nullish(), push: z.boolean().nullish() }).nullish(),
});

export async function look(api: GiteeApi, access: HostAccess): Promise<HostRepository> {
  const repo = await api.ask(access, { what: `read ${access.full_name}`, path: '', answer: Repo });
  const branch = repo.empty_repo ? null : (repo.default_branch ?? null);
  return {
    host_id: String(repo.id),
    full_name: repo.full_name,
    clone_url: api.cloneUrl(repo.full_name),
    default_branch: branch !== null && (await hasBranch(api, access, branch)) ? branch : null,
    private: repo.private,
    archived: repo.archived === true,
    may: access.token === null ? 'read' : rightsIn(repo.permission ?? {}),
  };
}

/** An empty repository names a default branch too. */
async function hasBranch(api: GiteeApi, access: HostAccess, branch: string): Promise<boolean> {
  const path = `/branches/${encodeURIComponent(branch)}`;
  const asked = api.ask(access, { what: `read ${access.full_name}`, path, answer: z.object({}) });
  return (await orNull(asked, 404)) !== null;
}

function rightsIn({ admin, push }: NonNullable<z.infer<typeof Repo>['permission']>): HostRepository['may'] {
  return admin ? 'admin' : push ? 'write' : 'read';
}

const File = z.object({
  type: z.string(),
  size: z.int().nonnegative(),
  encoding: z.string(),
  content: z.string(),
});
/** Of a folder the answer is a list, and of what is not there too: an empty one. */
const FileOrList = z.union([File, z.array(z.unknown()).transform(() => null)]);

export async function readFile(
  api: GiteeApi,
  access: HostAccess,
  commit: string,
  path: string,
  maxBytes: number,
): Promise<string | null> {
  const asked = api.ask(access, {
    what: `read ${path} of ${access.full_name}`,
    path: `/contents/${path.split('/').map(encodeURIComponent).join('/')}`,
    query: { ref: commit },
    answer: FileOrList,
  });
  const file = await orNull(asked, 404);
  if (file === null || file.type !== 'file') return null;
  if (file.size > maxBytes || file.encoding !== 'base64')
    throw new UserError('refused', `${path} has ${file.size} bytes, and may have ${maxBytes} at most`);
  return Buffer.from(file.content, 'base64').toString('utf8');
}

const Commits = z.array(z.object({ sha: Sha, commit: z.object({ message: Message }) }));

/** By the list that begins with it: a commit alone is answered with all of its patches. */
export async function commitMessage(api: GiteeApi, access: HostAccess, sha: string): Promise<string | null> {
  const asked = api.ask(access, {
    what: `read the commit ${sha} of ${access.full_name}`,
    path: '/commits',
    query: { sha, per_page: 1 },
    answer: Commits,
  });
  const [first] = (await orNull(asked, 400, 404, 422)) ?? [];
  return first?.sha === sha ? first.commit.message : null;
}

/** The API's own `full_name` is that of the address, as in `Repo`. */
const Side = z.object({ id: z.int().positive(), full_name: FullName });
const PullRequest = z.object({
  number: z.int().positive(),
  state: z.string(),
  title: Message.nullish(),
  updated_at: Time,
  labels: Labels,
  /** Null: the fork is gone. */
  head: z.object({ sha: Sha, ref: Name, repo: Side.nullish() }),
  base: z.object({ ref: Name, repo: Side }),
});

export async function pullRequest(
  api: GiteeApi,
  access: HostAccess,
  number: number,
): Promise<HostPullRequest | null> {
  const what = `read pull request ${number} of ${access.full_name}`;
  const asked = api.ask(access, { what, path: `/pulls/${number}`, answer: PullRequest });
  const request = await orNull(asked, 404);
  if (request === null) return null;
  const { state, title, updated_at, labels, head, base } = request;
  return {
    repository: base.repo.full_name,
    host_id: String(base.repo.id),
    number: request.number,
    commit_sha: head.sha,
    head_branch: head.ref,
    head_repository: head.repo?.full_name ?? null,
    base_branch: base.ref,
    labels,
    title: title ?? null,
    changed_at: updated_at,
    open: state === 'open',
  };
}
