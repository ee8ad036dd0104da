import { z } from 'zod';
import type { HostEvent } from '#core/delivery.ts';
import { FullName, Name, named, Repository, Sha } from './fields.ts';
import { PullRequestPayload } from './pull-request.ts';
import { Push } from './push.ts';

/** What nearly all events have; whatever is missing or odd in it is not there. */
const About = z.object({
  action: z.string().optional().catch(undefined),
  repository: Repository.optional().catch(undefined),
});

/** The repository that a body names, whatever the event; null where it names none. */
export function aboutOf(json: unknown): { repository: string | null; host_id: string | null } {
  const repository = About.safeParse(json).data?.repository;
  return repository ? named(repository) : { repository: null, host_id: null };
}

/** An event that we act on none of. @param why what there is to say beside its name and action. */
export function otherEvent(name: string, json: unknown, why: string | null = null): HostEvent {
  const action = About.safeParse(json).data?.action;
  const told =
    action === undefined ? null : `nothing is done for ${name} with the action ${JSON.stringify(action)}`;
  return {
    kind: 'other',
    name: name.slice(0, 64),
    ...aboutOf(json),
    why: why ?? told?.slice(0, 200) ?? null,
  };
}

/** A check that somebody wants done again; only the App that made it is told so. */
const Rerun = z.object({ repository: Repository });
const CheckRun = Rerun.extend({ check_run: z.object({ head_sha: Sha }) }).transform(
  ({ repository, check_run }): HostEvent => ({
    kind: 'rerun',
    ...named(repository),
    commit_sha: check_run.head_sha,
  }),
);
const CheckSuite = Rerun.extend({ check_suite: z.object({ head_sha: Sha }) }).transform(
  ({ repository, check_suite }): HostEvent => ({
    kind: 'rerun',
    ...named(repository),
    commit_sha: check_suite.head_sha,
  }),
);

/** As many as a document has room for: an App may be installed on all repositories of a large organization. */
const MAX_REPOSITORIES = 2000;
const Repositories = z
  .array(z.object({ full_name: FullName }))
  .default([])
  .transform((list) => list.slice(0, MAX_REPOSITORIES).map(({ full_name }) => full_name));

function access(
  change: 'granted' | 'revoked',
  field: 'repositories' | 'repositories_added' | 'repositories_removed',
) {
  return z
    .object({ [field]: Repositories })
    .transform((payload): HostEvent => ({ kind: 'access', change, repositories: payload[field] ?? [] }));
}

type Change = Extract<HostEvent, { kind: 'repository' }>['change'];

/** Where a name came from: the part of it that changed. Source: …/webhook-events-and-payloads#repository */
const Login = z.object({ login: Name });
const Changes = z.object({
  repository: z.object({ name: z.object({ from: Name }) }).optional(),
  owner: z.object({ from: z.object({ user: Login.nullish(), organization: Login.nullish() }) }).optional(),
});

function became(change: Change) {
  return z
    .object({ repository: Repository, changes: Changes.optional() })
    .transform(({ repository, changes }) => {
      const [owner = '', name = ''] = repository.full_name.split('/');
      const { user, organization } = changes?.owner?.from ?? {};
      const from = {
        owner: (organization ?? user)?.login,
        name: changes?.repository?.name.from,
      };
      const moved = from.owner !== undefined || from.name !== undefined;
      const earlier = moved ? `${from.owner ?? owner}/${from.name ?? name}` : null;
      return { kind: 'repository', ...named(repository), change, from: earlier } satisfies HostEvent;
    });
}

const Ping = z.unknown().transform((json): HostEvent => ({ kind: 'ping', ...aboutOf(json) }));

type Shape = z.ZodType<HostEvent, unknown>;

/** The events that we act on by name, and, where a name has several meanings, by name and action. */
export const EVENTS: Readonly<Record<string, Shape>> = {
  ping: Ping,
  push: Push,
  pull_request: PullRequestPayload,
  'check_run.rerequested': CheckRun,
  'check_suite.rerequested': CheckSuite,
  'installation.created': access('granted', 'repositories'),
  'installation.unsuspend': access('granted', 'repositories'),
  'installation.deleted': access('revoked', 'repositories'),
  'installation.suspend': access('revoked', 'repositories'),
  'installation_repositories.added': access('granted', 'repositories_added'),
  'installation_repositories.removed': access('revoked', 'repositories_removed'),
  'repository.renamed': became('renamed'),
  'repository.transferred': became('transferred'),
  'repository.archived': became('archived'),
  'repository.unarchived': became('unarchived'),
  'repository.deleted': became('deleted'),
};

/** Events that say what another one has said already. */
export const TOLD_ELSEWHERE: Readonly<Record<string, string>> = {
  create: 'the push of the new branch or tag has told it already',
  delete: 'the push that took the branch or tag away has told it already',
};

/** The shape of an event by its name and action; null: none that we act on. */
export function shapeOf(name: string, json: unknown): Shape | null {
  const action = About.safeParse(json).data?.action;
  const key = [name, `${name}.${action}`].find((each) => Object.hasOwn(EVENTS, each));
  return (key !== undefined && EVENTS[key]) || null;
}
