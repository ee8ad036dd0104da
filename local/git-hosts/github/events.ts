import { createHmac } from 'node:crypto';
import type { HostPlace, LocalEvent, Outgoing } from '../stand-in.ts';
import type { Hook } from '../state.ts';
import { pullRequestOf } from './contents.ts';
import { repositoryOf } from './place.ts';

const ZERO = '0'.repeat(40);
/** What GitHub lists of a push's commits (docs.github.com/en/webhooks/webhook-events-and-payloads#push). */
const MAX_COMMITS = 2048;

/** What GitHub calls an event. */
export function nameOfEvent(event: LocalEvent): string {
  return event.kind === 'raw' ? (event.headers['x-github-event'] ?? 'raw') : event.kind;
}

/** What GitHub sends to a webhook; null: it did not ask for this event. */
export async function outgoing(event: LocalEvent, hook: Hook, place: HostPlace): Promise<Outgoing | null> {
  const name = nameOfEvent(event);
  const { events, content_type: type } = hook.settings;
  if (Array.isArray(events) && name !== 'ping' && !events.includes(name) && !events.includes('*'))
    return null;
  const json = event.kind === 'raw' ? event.body : JSON.stringify(await payloadOf(event, hook, place));
  const isForm = type === 'form';
  const body = isForm ? new URLSearchParams({ payload: json }).toString() : json;
  const signature = createHmac('sha256', hook.secret).update(body).digest('hex');
  return {
    headers: {
      'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
      'user-agent': 'GitHub-Hookshot/local',
      'x-github-event': name,
      'x-github-delivery': event.id,
      'x-github-hook-id': String(hook.id),
      ...(hook.secret !== '' && { 'x-hub-signature-256': `sha256=${signature}` }),
    },
    body,
  };
}

async function payloadOf(event: Exclude<LocalEvent, { kind: 'raw' }>, hook: Hook, place: HostPlace) {
  const repository = await repositoryOf(place, event.full_name);
  const sender = { login: 'dev', id: 1, type: 'User' };
  switch (event.kind) {
    case 'ping':
      return {
        zen: 'Keep it logically awesome.',
        hook_id: hook.id,
        hook: { id: hook.id },
        repository,
        sender,
      };
    case 'pull_request': {
      const { request } = event;
      const action = event.action === 'updated' ? 'synchronize' : event.action;
      const pull_request = await pullRequestOf(place, request);
      return { action, number: request.number, pull_request, repository, sender };
    }
    case 'push':
      return { ...(await pushOf(event, place)), repository: { ...repository, pushed_at: seconds() }, sender };
  }
}

const seconds = () => Math.floor(Date.now() / 1000);

async function pushOf(event: Extract<LocalEvent, { kind: 'push' }>, { repositories }: HostPlace) {
  const { full_name, ref, before, after } = event;
  // of an annotated tag, `after` is the tag, and the head commit what it names
  const head = after && (await repositories.commit(full_name, after));
  const ids = head === null || before === null ? [] : await repositories.between(full_name, before, head);
  const commitOf = async (id: string) => ({
    id,
    message: (await repositories.message(full_name, id))?.trimEnd() ?? '',
    timestamp: new Date().toISOString(),
  });
  return {
    ref,
    before: before ?? ZERO,
    after: after ?? ZERO,
    created: before === null,
    deleted: after === null,
    forced: false,
    base_ref: null,
    commits: await Promise.all(ids.toReversed().slice(0, MAX_COMMITS).map(commitOf)),
    head_commit: head && (await commitOf(head)),
  };
}
