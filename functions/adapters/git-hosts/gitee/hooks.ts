import { z } from 'zod';
import type { HostAccess, WantedWebhook, WebhookOutcome } from '#core/ports.ts';
import { HostRefusal } from '../http.ts';
import { type GiteeApi, orNull } from './api.ts';

const PAGE = 100;
/** More webhooks than a repository has. */
const MOST_PAGES = 3;
/** `encryption_type`: 0 sends the password along, 1 signs the time with it. */
const SIGNS = 1;

const Hook = z.object({ id: z.int().positive(), url: z.string().nullish() });
type Hook = z.infer<typeof Hook>;

/** Gitee's "Webhooks"; it takes the rights of the repository's administrator. */
export async function connect(
  api: GiteeApi,
  access: HostAccess,
  wanted: WantedWebhook,
): Promise<WebhookOutcome> {
  if (access.token === null) return { kind: 'manual', why: 'there is no token that may make a webhook' };
  try {
    const known = wanted.hook_id === null ? null : await change(api, access, wanted.hook_id, wanted);
    if (known) return repaired(known);
    const there = await find(api, access, wanted.url);
    const found = there && (await change(api, access, String(there.id), wanted));
    if (found) return repaired(found);
    const hook = await api.ask(access, {
      what: `make a webhook at ${access.full_name}`,
      method: 'POST',
      path: '/hooks',
      body: settings(wanted),
      answer: Hook,
    });
    return { kind: 'made', hook_id: String(hook.id) };
  } catch (error) {
    if (error instanceof HostRefusal && [401, 403, 404].includes(error.status))
      return { kind: 'manual', why: error.message };
    throw error;
  }
}

const repaired = ({ id }: Hook): WebhookOutcome => ({ kind: 'repaired', hook_id: String(id) });

function settings({ url, secret }: WantedWebhook) {
  const events = { push_events: true, tag_push_events: true, merge_requests_events: true };
  const none = { issues_events: false, note_events: false };
  return { url, password: secret.reveal(), encryption_type: SIGNS, ...events, ...none };
}

/** @returns null: there is none of this id. */
function change(api: GiteeApi, access: HostAccess, hookId: string, wanted: WantedWebhook) {
  const asked = api.ask(access, {
    what: `change the webhook of ${access.full_name}`,
    method: 'PATCH',
    path: `/hooks/${encodeURIComponent(hookId)}`,
    body: settings(wanted),
    answer: Hook,
  });
  return orNull(asked, 404);
}

/** A webhook that sends to this address, whoever made it. */
async function find(api: GiteeApi, access: HostAccess, url: string): Promise<Hook | null> {
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const hooks = await api.ask(access, {
      what: `list the webhooks of ${access.full_name}`,
      path: '/hooks',
      query: { per_page: PAGE, page },
      answer: z.array(Hook),
    });
    const found = hooks.find((hook) => hook.url === url);
    if (found) return found;
    if (hooks.length < PAGE) break;
  }
  return null;
}

/** Gitee tries no webhook by itself. */
export async function ping(api: GiteeApi, access: HostAccess, hookId: string): Promise<boolean> {
  const asked = api.ask(access, {
    what: `try the webhook of ${access.full_name}`,
    method: 'POST',
    path: `/hooks/${encodeURIComponent(hookId)}/tests`,
    answer: z.unknown(),
  });
  const sent = asked.then(() => true);
  return (await orNull(sent, 400, 404, 422)) ?? false;
}

export async function disconnect(api: GiteeApi, access: HostAccess, hookId: string): Promise<void> {
  const asked = api.ask(access, {
    what: `take the webhook of ${access.full_name} away`,
    method: 'DELETE',
    path: `/hooks/${encodeURIComponent(hookId)}`,
    answer: z.unknown(),
  });
  await orNull(asked, 404);
}
