import { z } from 'zod';
import type { HostAccess, WantedWebhook, WebhookOutcome } from '#core/ports.ts';
import { HostRefusal } from '../http.ts';
import { asked, type GitLabApi, orNull } from './api.ts';

/** What it sends: all that `payload.ts` acts on. */
const EVENTS = {
  pushEvents: true,
  tagPushEvents: true,
  mergeRequestsEvents: true,
  issuesEvents: false,
  noteEvents: false,
  jobEvents: false,
  pipelineEvents: false,
  enableSslVerification: true,
  pushEventsBranchFilter: '',
};

/** Both `*_present`: since 19.0. */
const Hook = z.object({
  id: z.int().positive(),
  url: z.string(),
  token_present: z.boolean().nullish(),
  signing_token_present: z.boolean().nullish(),
});
type Hook = z.infer<typeof Hook>;

const PER_PAGE = 100;
/** GitLab.com lets a project have 100 webhooks. */
const MOST_PAGES = 3;

/** Source: docs.gitlab.com/api/project_webhooks */
export async function connect(
  api: GitLabApi,
  access: HostAccess,
  wanted: WantedWebhook,
): Promise<WebhookOutcome> {
  if (access.token === null) return { kind: 'manual', why: 'there is no token that may make a webhook' };
  try {
    const earlier = await find(api, access, wanted);
    const repaired = earlier && (await change(api, access, earlier, wanted));
    if (repaired) return { kind: 'repaired', hook_id: String(repaired.id) };
    const made = await asked(
      `make a webhook at ${access.full_name}`,
      Hook,
      api.hooks.add(access.full_name, wanted.url, { ...EVENTS, ...signingToken(wanted) }),
    );
    await provable(api, access, made, wanted);
    return { kind: 'made', hook_id: String(made.id) };
  } catch (error) {
    if (error instanceof HostRefusal && [401, 403, 404].includes(error.status))
      return { kind: 'manual', why: error.message };
    throw error;
  }
}

const signingToken = ({ secret }: WantedWebhook) => ({ signingToken: secret.reveal() });

/** The webhook by its id, else by where it sends to, whoever made it. @returns its id; null: there is none. */
async function find(
  api: GitLabApi,
  { full_name }: HostAccess,
  wanted: WantedWebhook,
): Promise<number | null> {
  const hooks = await asked(
    `list the webhooks of ${full_name}`,
    z.array(Hook),
    api.hooks.all(full_name, { perPage: PER_PAGE, maxPages: MOST_PAGES }),
  );
  const known = hooks.find(({ id }) => String(id) === wanted.hook_id);
  return (known ?? hooks.find(({ url }) => url === wanted.url))?.id ?? null;
}

/** @returns null: it is gone meanwhile. */
async function change(
  api: GitLabApi,
  access: HostAccess,
  id: number,
  wanted: WantedWebhook,
): Promise<Hook | null> {
  const settings = { ...EVENTS, ...signingToken(wanted) };
  const what = `change the webhook of ${access.full_name}`;
  const answer = asked(what, Hook, api.hooks.edit(access.full_name, id, wanted.url, settings));
  const hook = await orNull(answer, 404);
  if (hook) await provable(api, access, hook, wanted);
  return hook;
}

/**
 * A GitLab that knows no signing tokens says nothing of the one that it was given: it gets the secret as the token that
 * it sends along. One that signs shall not send the key of its signatures along as well.
 */
async function provable(
  api: GitLabApi,
  access: HostAccess,
  hook: Hook,
  wanted: WantedWebhook,
): Promise<void> {
  if (hook.signing_token_present && !hook.token_present) return;
  const token = hook.signing_token_present ? '' : wanted.secret.reveal();
  const what = `set the token of the webhook of ${access.full_name}`;
  await asked(what, Hook, api.hooks.edit(access.full_name, hook.id, wanted.url, { token }));
}

/**
 * Has it send the latest push of the default branch, which also enables a webhook again that GitLab disabled. It waits
 * for the answer. False where there is nothing to send, where we do not answer well, and before version 17.
 * Source: docs.gitlab.com/api/project_webhooks#trigger-a-test-project-webhook
 */
export async function ping(api: GitLabApi, access: HostAccess, hookId: string): Promise<boolean> {
  const path = `${encodeURIComponent(access.full_name)}/hooks/${encodeURIComponent(hookId)}/test/push_events`;
  const answer = asked(`try the webhook of ${access.full_name}`, z.unknown(), api.hooks.requester.post(path));
  return (
    (await orNull(
      answer.then(() => true),
      404,
      422,
    )) ?? false
  );
}

export async function disconnect(api: GitLabApi, access: HostAccess, hookId: string): Promise<void> {
  const what = `take the webhook of ${access.full_name} away`;
  await orNull(asked(what, z.unknown(), api.hooks.remove(access.full_name, Number(hookId))), 404);
}
