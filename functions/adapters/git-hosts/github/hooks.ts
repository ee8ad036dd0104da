import { z } from 'zod';
import type { HostAccess, WantedWebhook, WebhookOutcome } from '#core/ports.ts';
import { HostRefusal } from '../http.ts';
import type { GitHubApi } from './api.ts';
import type { App } from './app.ts';
import { orNull } from './request.ts';

/** What a repository's own webhook sends: all that `payload.ts` acts on of what such a webhook may have. */
const EVENTS = ['push', 'pull_request', 'repository'];

const PAGE = 100;
/** GitHub lets a repository have 20 webhooks for an event. */
const MOST_PAGES = 3;

const Hook = z.object({ id: z.int().positive(), config: z.object({ url: z.string().optional() }) });
type Hook = z.infer<typeof Hook>;

/** Source: docs.github.com/en/rest/repos/webhooks */
export async function connect(
  api: GitHubApi,
  access: HostAccess,
  wanted: WantedWebhook,
): Promise<WebhookOutcome> {
  const shown = await api.shown(access);
  if (shown.kind === 'app') return coveredBy(shown.app, wanted.url);
  if (shown.kind === 'nothing') return { kind: 'manual', why: 'there is no token that may make a webhook' };
  try {
    return await ownWebhook(api, access, wanted);
  } catch (error) {
    // GitHub answers 404 as well to a token that may see the repository and not its webhooks.
    if (error instanceof HostRefusal && [401, 403, 404].includes(error.status))
      return { kind: 'manual', why: error.message };
    throw error;
  }
}

async function ownWebhook(
  api: GitHubApi,
  access: HostAccess,
  wanted: WantedWebhook,
): Promise<WebhookOutcome> {
  const known = wanted.hook_id === null ? null : await change(api, access, wanted.hook_id, wanted);
  if (known) return repaired(known);
  const there = await find(api, access, wanted.url);
  const found = there && (await change(api, access, String(there.id), wanted));
  if (found) return repaired(found);
  const hook = await api.ask(access, {
    what: `make a webhook at ${access.full_name}`,
    route: 'POST /repos/{owner}/{repo}/hooks',
    params: { name: 'web', ...settings(wanted) },
    answer: Hook,
  });
  return { kind: 'made', hook_id: String(hook.id) };
}

const repaired = ({ id }: Hook): WebhookOutcome => ({ kind: 'repaired', hook_id: String(id) });

function settings({ url, secret }: WantedWebhook) {
  const config = { url, secret: secret.reveal(), content_type: 'json', insecure_ssl: '0' };
  return { active: true, events: EVENTS, config };
}

/** @returns null: there is none of this id. */
async function change(api: GitHubApi, access: HostAccess, hookId: string, wanted: WantedWebhook) {
  const asked = api.ask(access, {
    what: `change the webhook of ${access.full_name}`,
    route: 'PATCH /repos/{owner}/{repo}/hooks/{hook}',
    params: { hook: hookId, ...settings(wanted) },
    answer: Hook,
  });
  return orNull(asked, 404);
}

/** A webhook that sends to this address, whoever made it: GitHub has no second one with the same settings. */
async function find(api: GitHubApi, access: HostAccess, url: string): Promise<Hook | null> {
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const hooks = await api.ask(access, {
      what: `list the webhooks of ${access.full_name}`,
      route: 'GET /repos/{owner}/{repo}/hooks',
      params: { per_page: PAGE, page },
      answer: z.array(Hook),
    });
    const found = hooks.find(({ config }) => config.url === url);
    if (found) return found;
    if (hooks.length < PAGE) break;
  }
  return null;
}

const Config = z.object({ url: z.string().optional() });

/** An App has one webhook for all that it is installed on; what it sends where, its owner has set. */
async function coveredBy(app: App, url: string): Promise<WebhookOutcome> {
  const what = 'read the webhook of the GitHub App';
  const config = await app.ask({ what, route: 'GET /app/hook/config', answer: Config });
  if (config.url === url) return { kind: 'covered' };
  const where = config.url ? `sends to ${config.url}` : 'sends nothing';
  return { kind: 'manual', why: `the GitHub App ${where}: its webhook URL has to be ${url}` };
}

/** GitHub tries a webhook by itself when it is made, and not when it is changed. */
export async function ping(api: GitHubApi, access: HostAccess, hookId: string): Promise<boolean> {
  const asked = api.ask(access, {
    what: `try the webhook of ${access.full_name}`,
    route: 'POST /repos/{owner}/{repo}/hooks/{hook}/pings',
    params: { hook: hookId },
    answer: z.unknown(),
  });
  return (
    (await orNull(
      asked.then(() => true),
      404,
    )) ?? false
  );
}

export async function disconnect(api: GitHubApi, access: HostAccess, hookId: string): Promise<void> {
  const asked = api.ask(access, {
    what: `take the webhook of ${access.full_name} away`,
    route: 'DELETE /repos/{owner}/{repo}/hooks/{hook}',
    params: { hook: hookId },
    answer: z.unknown(),
  });
  await orNull(asked, 404);
}
