import { randomUUID } from 'node:crypto';
import type { Hono } from 'hono';
import { z } from 'zod';
import type { HostPlace } from '../stand-in.ts';
import type { Hook } from '../state.ts';
import { notFound, Trouble } from './caller.ts';
import { asked } from './place.ts';

const Settings = z.object({
  active: z.boolean().default(true),
  events: z.array(z.string()).default(['push']),
  config: z.object({
    url: z.url(),
    secret: z.string().default(''),
    content_type: z.enum(['json', 'form']).default('form'),
    insecure_ssl: z.string().default('0'),
  }),
});

/** A repository's own webhooks. */
export function hookRoutes(app: Hono, place: HostPlace): void {
  const { state } = place;
  const HOOKS = ['repository_hooks', 'write'] as const;
  const hookOf = (fullName: string, id: string): Hook => {
    const hook = state.hooksOf(fullName).find((each) => String(each.id) === id);
    if (!hook) throw notFound();
    return hook;
  };

  app.get('/repos/:owner/:repo/hooks', async (context) => {
    const { fullName } = await asked(context, place, 'admin', HOOKS);
    const size = Number(context.req.query('per_page') ?? 30);
    const from = (Number(context.req.query('page') ?? 1) - 1) * size;
    return context.json(
      state
        .hooksOf(fullName)
        .slice(from, from + size)
        .map(shown),
    );
  });

  app.post('/repos/:owner/:repo/hooks', async (context) => {
    const { fullName } = await asked(context, place, 'admin', HOOKS);
    const { config, ...settings } = Settings.parse(await context.req.json());
    if (state.hooksOf(fullName).some(({ url }) => url === config.url))
      throw new Trouble(422, 'Hook already exists on this repository');
    const { url, secret, content_type } = config;
    const hook = {
      id: state.nextId(),
      full_name: fullName,
      url,
      secret,
      settings: { ...settings, content_type },
    };
    state.hooks.set(hook.id, hook);
    void place.tell({ id: randomUUID(), kind: 'ping', full_name: fullName, hook_id: hook.id });
    return context.json(shown(hook), 201);
  });

  app.patch('/repos/:owner/:repo/hooks/:id', async (context) => {
    const { fullName } = await asked(context, place, 'admin', HOOKS);
    const hook = hookOf(fullName, context.req.param('id'));
    const { config, ...settings } = Settings.parse(await context.req.json());
    const { url, secret, content_type } = config;
    Object.assign(hook, { url, secret, settings: { ...settings, content_type } });
    return context.json(shown(hook));
  });

  app.delete('/repos/:owner/:repo/hooks/:id', async (context) => {
    const { fullName } = await asked(context, place, 'admin', HOOKS);
    state.hooks.delete(hookOf(fullName, context.req.param('id')).id);
    return context.body(null, 204);
  });

  app.post('/repos/:owner/:repo/hooks/:id/pings', async (context) => {
    const { fullName } = await asked(context, place, 'admin', HOOKS);
    const { id } = hookOf(fullName, context.req.param('id'));
    void place.tell({ id: randomUUID(), kind: 'ping', full_name: fullName, hook_id: id });
    return context.body(null, 204);
  });
}

/** GitHub shows no secret again. */
function shown({ id, url, settings }: Hook) {
  const { content_type, ...rest } = settings;
  return { id, type: 'Repository', name: 'web', ...rest, config: { url, content_type, secret: '********' } };
}
