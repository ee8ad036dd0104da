import { createHmac } from 'node:crypto';
import { assertNever } from '#core/errors.ts';
import type { HostPlace, LocalEvent, Outgoing } from '../stand-in.ts';
import type { Hook } from '../state.ts';
import { giteeTime, hookRepository, PERSON, pullRequest } from './shapes.ts';

const ZERO = '0'.repeat(40);
/** Gitee lists no more commits of a push. */
const MOST_COMMITS = 20;

/** An event's name, which setting of a webhook asks for it, and what it says. */
interface Payload {
  readonly name: 'Push Hook' | 'Tag Push Hook' | 'Merge Request Hook';
  readonly wanted: 'push_events' | 'tag_push_events' | 'merge_requests_events';
  readonly body: object;
}

/** What Gitee sends of an event (help.gitee.com/webhook/gitee-webhook-push-data-format). */
export async function giteeOutgoing(
  event: LocalEvent,
  hook: Hook,
  place: HostPlace,
): Promise<Outgoing | null> {
  const timestamp = String(Date.now());
  const proof = proofOf(hook, timestamp);
  if (event.kind === 'raw')
    return { headers: { ...event.headers, ...headersOf(timestamp, proof) }, body: event.body };
  const { name, wanted, body } = await payloadOf(event, place);
  const ping = event.kind === 'ping';
  if (!ping && hook.settings[wanted] !== true) return null;
  const hookName = `${name.toLowerCase().replaceAll(' ', '_')}s`;
  const { sign, password } = proof;
  const all = {
    hook_name: hookName,
    hook_id: hook.id,
    hook_url: hook.url,
    timestamp,
    sign,
    password,
    ...body,
  };
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'git-oschina-hook',
    'x-gitee-event': name,
    'x-git-oschina-event': name,
    'x-gitee-ping': String(ping),
    ...headersOf(timestamp, proof),
  };
  return { headers, body: JSON.stringify(all) };
}

interface Proof {
  readonly sign: string;
  readonly password: string;
}

/** By its kind, a webhook signs the time or sends its password along. */
function proofOf({ secret, settings }: Hook, timestamp: string): Proof {
  if (settings.encryption_type !== 1) return { sign: '', password: secret };
  const sign = createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
  return { sign, password: '' };
}

const headersOf = (timestamp: string, { sign, password }: Proof) => ({
  'x-gitee-timestamp': timestamp,
  'x-gitee-token': sign || password,
});

async function payloadOf(event: Exclude<LocalEvent, { kind: 'raw' }>, place: HostPlace): Promise<Payload> {
  const { full_name } = event;
  const { repositories } = place;
  const branch = await repositories.defaultBranch(full_name);
  const repository = hookRepository(place, full_name, branch);
  switch (event.kind) {
    case 'push':
      return pushOf(event, place, { repository, sender: PERSON });
    case 'ping': {
      const after = await repositories.commit(full_name, 'HEAD');
      const push = {
        ...event,
        kind: 'push',
        ref: `refs/heads/${branch ?? 'master'}`,
        before: after,
        after,
      } as const;
      return pushOf(push, place, { repository, sender: PERSON });
    }
    case 'pull_request': {
      const { action, request } = event;
      const told = pullRequest(place, request, (name) => hookRepository(place, name, branch));
      const more = { ...ACTIONS[request.state === 'merged' ? 'merged' : action], number: request.number };
      const body = { ...more, pull_request: told, repository, project: repository, sender: PERSON };
      return { name: 'Merge Request Hook', wanted: 'merge_requests_events', body };
    }
    default:
      return assertNever(event);
  }
}

const ACTIONS = {
  opened: { action: 'open', action_desc: '' },
  updated: { action: 'update', action_desc: 'source_branch_changed' },
  labeled: { action: 'update', action_desc: 'update_label' },
  closed: { action: 'close', action_desc: '' },
  merged: { action: 'merge', action_desc: '' },
} as const;

async function pushOf(
  { full_name, ref, before, after }: Extract<LocalEvent, { kind: 'push' }>,
  { repositories }: HostPlace,
  more: object,
): Promise<Payload> {
  const commit = after === null ? null : await repositories.commit(full_name, after);
  const ids = commit === null ? [] : await repositories.between(full_name, before, commit);
  const told = async (id: string) => ({
    id,
    message: (await repositories.message(full_name, id))?.trimEnd(),
    timestamp: giteeTime(0),
    author: PERSON,
    added: null,
    removed: null,
    modified: [],
  });
  const body = {
    ref,
    before: before ?? ZERO,
    after: after ?? ZERO,
    created: before === null,
    deleted: after === null,
    commits: await Promise.all(ids.slice(0, MOST_COMMITS).map(told)),
    head_commit: commit === null ? null : await told(commit),
    total_commits_count: ids.length,
    commits_more_than_ten: ids.length > 10,
    ...more,
  };
  return ref.startsWith('refs/tags/')
    ? { name: 'Tag Push Hook', wanted: 'tag_push_events', body }
    : { name: 'Push Hook', wanted: 'push_events', body };
}
