import { z } from 'zod';
import { UserError } from '#core/errors.ts';
import type { HostAccess, HostRepository } from '#core/ports.ts';
import { HostRefusal } from '../http.ts';
import { asked, type GitLabApi, NAME } from './api.ts';
import { BadAnswerError } from './requester.ts';

/** Roles (docs.gitlab.com/api/access_requests#valid-access-levels). Maintainers make webhooks, developers set statuses. */
const MAINTAINER = 40;
const DEVELOPER = 30;

const Level = z.object({ access_level: z.int() }).nullish();

/** Source: docs.gitlab.com/api/projects#retrieve-a-project */
const Project = z.object({
  id: z.int().positive(),
  path_with_namespace: z.string().min(3).max(255),
  http_url_to_repo: z.url(),
  default_branch: z.string().nullish(),
  empty_repo: z.boolean().default(false),
  visibility: z.enum(['private', 'internal', 'public']).default('private'),
  archived: z.boolean().default(false),
  permissions: z.object({ project_access: Level, group_access: Level }).optional(),
});

export async function look(api: GitLabApi, access: HostAccess): Promise<HostRepository> {
  const { full_name } = access;
  if (!full_name.includes('/'))
    throw new UserError(
      'refused',
      `${full_name} is no path of a project at ${NAME}: it has to be group/project`,
    );
  const answer = api.projects.show(full_name).catch(async (error: unknown) => {
    throw error instanceof BadAnswerError ? ((await moved(api, full_name, error)) ?? error) : error;
  });
  const project = await asked(`read ${full_name}`, Project, answer);
  if (project.path_with_namespace.toLowerCase() !== full_name.toLowerCase())
    throw renamed(full_name, project.path_with_namespace);
  return {
    host_id: String(project.id),
    full_name: project.path_with_namespace,
    clone_url: project.http_url_to_repo,
    default_branch: project.empty_repo ? null : (project.default_branch ?? null),
    private: project.visibility !== 'public',
    archived: project.archived,
    may: rights(project.permissions),
  };
}

/** What the token's role allows; which scopes it has, GitLab does not say here. Without a token it says nothing. */
function rights(permissions: z.infer<typeof Project>['permissions']): HostRepository['may'] {
  const { project_access, group_access } = permissions ?? {};
  const level = Math.max(project_access?.access_level ?? 0, group_access?.access_level ?? 0);
  return level >= MAINTAINER ? 'admin' : level >= DEVELOPER ? 'write' : 'read';
}

/**
 * GitLab answers under a project's earlier path with the address of the new one. It is not followed: what is kept of
 * the repository, its webhook and its images go by the name. @returns null: it is something else.
 */
async function moved(api: GitLabApi, from: string, { answer }: BadAnswerError): Promise<UserError | null> {
  if (answer.status < 300 || answer.status >= 400) return null;
  const id = /\/api\/v4\/projects\/([^/?#]+)(?:[?#]|$)/.exec(String(answer.headers.location))?.[1];
  if (id === undefined) return null;
  const named = z.object({ path_with_namespace: z.string().max(255) });
  const now = named.safeParse(await api.projects.show(decodeURIComponent(id)).catch(() => null)).data;
  return now ? renamed(from, now.path_with_namespace) : null;
}

function renamed(from: string, to: string): HostRefusal {
  return new HostRefusal(301, `could not read ${from}: it is called ${to} at ${NAME} now`);
}
