import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { z } from 'zod';
import type { HostPlace } from '../stand-in.ts';
import type { Hook } from '../state.ts';
import { fullNameIn } from './access.ts';

const Body = z.object({
  url: z.url(),
  password: z.string().default(''),
  encryption_type: z.union([z.literal(0), z.literal(1)]).default(0),
  push_events: z.boolean().default(true),
  tag_push_events: z.boolean().default(false),
  issues_events: z.boolean().default(false),
  note_events: z.boolean().default(false),
  merge_requests_events: z.boolean().default(false),
});

const shown = ({ id, url, settings }: Hook) => ({ id, url, result: null, ...settings });

/** Webhooks, which only the repository's administrators see. */
export function giteeHooks(place: HostPlace): Hono {
  const { state } = place;
  const app = new Hono();
  const hookOf = (fullName: string, id: string) =>
    state.hooksOf(fullName).find((hook) => String(hook.id) === id) ?? null;

  app.get('/hooks', (context) => {
    const perPage = Number(context.req.query('per_page') ?? '20');
    const page = Number(context.req.query('page') ?? '1');
    const hooks = state.hooksOf(fullNameIn(context));
    return context.json(hooks.slice((page - 1) * perPage, page * perPage).map(shown));
  });

  app.post('/hooks', async (context) => {
    const body = Body.safeParse(await context.req.json());
    if (!body.success) return context.json({ message: z.prettifyError(body.error) }, 400);
    const { url, password: secret, ...settings } = body.data;
    const hook: Hook = { id: state.nextId(), full_name: fullNameIn(context), url, secret, settings };
    state.hooks.set(hook.id, hook);
    return context.json(shown(hook), 201);
  });

  app.patch('/hooks/:id', async (context) => {
    const hook = hookOf(fullNameIn(context), context.req.param('id'));
    if (hook === null) return context.json({ message: '404 Hook Not Found' }, 404);
    const body = Body.safeParse(await context.req.json());
    if (!body.success) return context.json({ message: z.prettifyError(body.error) }, 400);
    const { url, password, ...settings } = body.data;
    Object.assign(hook, { url, secret: password, settings });
    return context.json(shown(hook));
  });

  app.delete('/hooks/:id', (context) => {
    const hook = hookOf(fullNameIn(context), context.req.param('id'));
    if (hook === null) return context.json({ message: '404 Hook Not Found' }, 404);
    state.hooks.delete(hook.id);
    return context.body(null, 204);
  });

  app.post('/hooks/:id/tests', async (context) => {
    const hook = hookOf(fullNameIn(context), context.req.param('id'));
    if (hook === null) return context.json({ message: '404 Hook Not Found' }, 404);
    // it is sent after the answer
    void place.tell({ id: randomUUID(), kind: 'ping', full_name: hook.full_name, hook_id: hook.id });
    return context.body(null, 204);
  });
  return app;
}
