import { randomBytes } from 'node:crypto';
import type { Hono } from 'hono';
import { z } from 'zod';
import type { HostPlace } from '../stand-in.ts';
import { makeApp } from './apps.ts';
import { notFound } from './caller.ts';

/** Source: docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest */
const Manifest = z.object({
  name: z.string().min(1).max(34),
  url: z.url(),
  hook_attributes: z.object({ url: z.url(), active: z.boolean().default(true) }).optional(),
  redirect_url: z.url(),
  public: z.boolean().default(false),
  default_permissions: z.record(z.string(), z.string()).default({}),
  default_events: z.array(z.string()).default([]),
});

/** How people make an App from a manifest: a page that they confirm, and a code that is good for one exchange. */
export function manifestRoutes(app: Hono, place: HostPlace): void {
  const { state } = place;

  for (const path of ['/settings/apps/new', '/organizations/:org/settings/apps/new'])
    app.post(path, async (context) => {
      const form = await context.req.parseBody();
      const manifest = Manifest.parse(JSON.parse(String(form.manifest)));
      const back = new URL(manifest.redirect_url);
      const code = randomBytes(20).toString('hex');
      state.manifests.set(code, manifest);
      back.searchParams.set('code', code);
      const asked = context.req.query('state');
      if (asked !== undefined) back.searchParams.set('state', asked);
      const page = `<!doctype html><title>Create GitHub App</title><h1>Create GitHub App for dev</h1>
<p>${escaped(manifest.name)}</p><a id="create" href="${escaped(back.href)}">Create GitHub App</a>`;
      return context.html(page);
    });

  app.post('/app-manifests/:code/conversions', async (context) => {
    const code = context.req.param('code');
    const manifest = Manifest.safeParse(state.manifests.get(code)).data;
    if (!manifest || !state.manifests.delete(code)) throw notFound();
    const slug = manifest.name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
    const hookUrl = manifest.hook_attributes?.url ?? null;
    const { app: made, privateKey } = makeApp(place, {
      slug,
      hookUrl,
      permissions: manifest.default_permissions,
    });
    const answer = {
      id: made.id,
      slug,
      name: manifest.name,
      owner: { login: 'dev' },
      html_url: `${place.address}/apps/${slug}`,
      permissions: made.permissions,
      events: manifest.default_events,
      client_id: `Iv1.${randomBytes(8).toString('hex')}`,
      client_secret: randomBytes(20).toString('hex'),
      webhook_secret: randomBytes(20).toString('hex'),
      pem: privateKey,
    };
    return context.json(answer, 201);
  });
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
