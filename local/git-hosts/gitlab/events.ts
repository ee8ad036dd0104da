import { createHmac } from 'node:crypto';
import type { HostPlace, LocalEvent, Outgoing } from '../stand-in.ts';
import type { Hook } from '../state.ts';

const ZERO = '0'.repeat(40);
/** What GitLab lists of a push's commits. */
const MAX_COMMITS = 20;

type Known = Exclude<LocalEvent, { kind: 'raw' }>;

/** What GitLab sends to a webhook; null: it did not ask for this event. */
export async function outgoing(event: LocalEvent, hook: Hook, place: HostPlace): Promise<Outgoing | null> {
  const { name, flag } = event.kind === 'raw' ? { name: 'Raw Hook', flag: null } : kindOf(event);
  if (flag !== null && event.kind !== 'ping' && hook.settings[flag] !== true) return null;
  const body = event.kind === 'raw' ? event.body : JSON.stringify(await payloadOf(event, place));
  const { token } = hook.settings;
  return {
    headers: {
      'content-type': 'application/json',
      'user-agent': 'GitLab/19.0.0-local',
      'x-gitlab-event': name,
      'x-gitlab-instance': place.gitUrl,
      'idempotency-key': event.id,
      ...(typeof token === 'string' && token !== '' && { 'x-gitlab-token': token }),
      ...(hook.secret !== '' && signatureOf(event.id, body, hook.secret)),
      ...(event.kind === 'raw' && event.headers),
    },
    body,
  };
}

/** As in Standard Webhooks: the id is that of `Idempotency-Key`. */
function signatureOf(id: string, body: string, secret: string) {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const at = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': `v1,${signature}` };
}

function kindOf(event: Known): { name: string; flag: string } {
  if (event.kind === 'pull_request') return { name: 'Merge Request Hook', flag: 'merge_requests_events' };
  const isTag = event.kind === 'push' && event.ref.startsWith('refs/tags/');
  return isTag
    ? { name: 'Tag Push Hook', flag: 'tag_push_events' }
    : { name: 'Push Hook', flag: 'push_events' };
}

async function payloadOf(event: Known, place: HostPlace) {
  const project = await projectOf(place, event.full_name);
  const about = { project_id: project.id, project, user_name: 'dev', user_username: 'dev' };
  switch (event.kind) {
    case 'pull_request':
      return { object_kind: 'merge_request', ...about, ...(await requestOf(event, place)) };
    case 'push':
      return { ...(await pushOf(event, place)), ...about };
    case 'ping': {
      // what GitLab sends to try a webhook: the latest commits of the default branch
      const ref = `refs/heads/${project.default_branch}`;
      const after = await place.repositories.commit(event.full_name, ref);
      const before = await place.repositories.commit(event.full_name, `${ref}~1`);
      return { ...(await pushOf({ full_name: event.full_name, ref, before, after }, place)), ...about };
    }
  }
}

async function projectOf({ state, repositories, gitUrl }: HostPlace, given: string) {
  const { id, private: isPrivate, renamed_to } = state.facts(given);
  const path = renamed_to ?? given;
  return {
    id,
    name: path.split('/').at(-1),
    path_with_namespace: path,
    web_url: `${gitUrl}/${path}`,
    git_http_url: `${gitUrl}/${path}.git`,
    visibility_level: isPrivate ? 0 : 20,
    default_branch: (await repositories.defaultBranch(given)) ?? 'main',
  };
}

async function pushOf(
  {
    full_name,
    ref,
    before,
    after,
  }: Pick<Extract<LocalEvent, { kind: 'push' }>, 'full_name' | 'ref' | 'before' | 'after'>,
  { repositories }: HostPlace,
) {
  const checkout_sha = after && (await repositories.commit(full_name, after));
  const ids =
    checkout_sha === null || before === null
      ? []
      : await repositories.between(full_name, before, checkout_sha);
  const commits = ids.slice(0, MAX_COMMITS).map(async (id) => ({
    id,
    message: (await repositories.message(full_name, id))?.replace(/\n+$/, '\n') ?? '',
    added: [],
    modified: [],
    removed: [],
  }));
  const kind = ref.startsWith('refs/tags/') ? 'tag_push' : 'push';
  return {
    object_kind: kind,
    event_name: kind,
    ref,
    before: before ?? ZERO,
    after: after ?? ZERO,
    checkout_sha,
    commits: (await Promise.all(commits)).toReversed(),
    total_commits_count: ids.length,
  };
}

const ACTIONS = { opened: 'open', updated: 'update', labeled: 'update', closed: 'close' } as const;

async function requestOf(
  { action, request }: Extract<LocalEvent, { kind: 'pull_request' }>,
  place: HostPlace,
) {
  const target = await projectOf(place, request.full_name);
  const source = place.repositories.exists(request.head_repository)
    ? await projectOf(place, request.head_repository)
    : null;
  const labels = request.labels.map((title, at) => ({ id: at + 1, title }));
  return {
    object_attributes: {
      id: 10_000 + request.number,
      iid: request.number,
      action: request.state === 'merged' ? 'merge' : ACTIONS[action],
      ...(action === 'updated' && { oldrev: ZERO.replace(/0$/, '1') }),
      state: request.state === 'open' ? 'opened' : request.state,
      title: request.title,
      source_branch: request.head_branch,
      target_branch: request.base_branch,
      source_project_id: source?.id ?? null,
      target_project_id: target.id,
      source,
      target,
      last_commit: { id: request.head_sha },
      updated_at: new Date(request.updated_at).toISOString(),
    },
    labels,
    changes: action === 'labeled' ? { labels: { previous: [], current: labels } } : {},
  };
}
