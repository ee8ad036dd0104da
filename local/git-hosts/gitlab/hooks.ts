import { randomUUID } from 'node:crypto';
import type { Hono } from 'hono';
import { z } from 'zod';
import type { HostPlace } from '../stand-in.ts';
import type { Hook } from '../state.ts';
import { asked, notFound, Trouble } from './caller.ts';

/** Source: docs.gitlab.com/api/project_webhooks#create-a-project-webhook */
const Settings = z.looseObject({
  url: z.url(),
  token: z.string().optional(),
  signing_token: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{43}=$/, 'must be in the format whsec_<base64> of 32 bytes')
    .optional(),
});

/** A project's webhooks. @param signs whether this version knows of signing tokens; else it is silent of them. */
export function hookRoutes(app: Hono, place: HostPlace, signs: boolean): void {
  const { state } = place;
  const hookOf = (fullName: string, id: string): Hook => {
    const hook = state.hooksOf(fullName).find((each) => String(each.id) === id);
    if (!hook) throw notFound('Hook');
    return hook;
  };
  const shown = ({ id, url, secret, settings: { token, ...rest } }: Hook) => ({
    id,
    url,
    ...rest,
    ...(signs && { token_present: Boolean(token), signing_token_present: secret !== '' }),
  });
  const change = (hook: Hook, body: unknown) => {
    const parsed = Settings.safeParse(body);
    if (!parsed.success) throw new Trouble(422, z.prettifyError(parsed.error));
    const { url, signing_token, ...settings } = parsed.data;
    hook.url = url;
    if (signs && signing_token !== undefined) hook.secret = signing_token;
    hook.settings = { ...hook.settings, ...settings };
  };

  app.get('/projects/:id/hooks', (context) =>
    context.json(state.hooksOf(asked(context, place, 'admin').fullName).map(shown)),
  );

  app.post('/projects/:id/hooks', async (context) => {
    const { fullName } = asked(context, place, 'admin');
    const hook: Hook = { id: state.nextId(), full_name: fullName, url: '', secret: '', settings: {} };
    change(hook, await context.req.json());
    state.hooks.set(hook.id, hook);
    return context.json(shown(hook), 201);
  });

  app.put('/projects/:id/hooks/:hook', async (context) => {
    const hook = hookOf(asked(context, place, 'admin').fullName, context.req.param('hook'));
    change(hook, await context.req.json());
    return context.json(shown(hook));
  });

  app.delete('/projects/:id/hooks/:hook', (context) => {
    const hook = hookOf(asked(context, place, 'admin').fullName, context.req.param('hook'));
    state.hooks.delete(hook.id);
    return context.body(null, 204);
  });

  // GitLab waits for the answer of what it tries.
  app.post('/projects/:id/hooks/:hook/test/push_events', async (context) => {
    const { fullName } = asked(context, place, 'admin');
    const hook = hookOf(fullName, context.req.param('hook'));
    if ((await place.repositories.defaultBranch(fullName)) === null)
      throw new Trouble(422, 'Ensure the project has at least one commit.');
    const called = await place.tell({
      id: randomUUID(),
      kind: 'ping',
      full_name: fullName,
      hook_id: hook.id,
    });
    if (called.some(({ status }) => status < 200 || status >= 300))
      throw new Trouble(422, `Hook execution failed: ${called[0]?.body}`);
    return context.json({ message: '201 Created' }, 201);
  });
}
