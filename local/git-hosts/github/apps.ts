import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import type { HostPlace } from '../stand-in.ts';
import type { HookTry, LocalApp } from '../state.ts';
import { callerOf, notFound, Trouble } from './caller.ts';
import { nameOfEvent } from './events.ts';

const TOKEN_MS = 3_600_000;

const Wanted = z.object({
  repositories: z.array(z.string()).length(1),
  permissions: z.record(z.string(), z.enum(['read', 'write'])).optional(),
});

/** What an App does as itself. */
export function appRoutes(app: Hono, place: HostPlace): void {
  const { repositories, state } = place;

  app.get('/repos/:owner/:repo/installation', async (context) => {
    const own = await appOf(context, place);
    const fullName = `${context.req.param('owner')}/${context.req.param('repo')}`;
    if (!repositories.exists(fullName) || !isInstalled(own, fullName)) throw notFound();
    const { owner } = context.req.param();
    const id = own.installations.get(owner) ?? state.nextId();
    own.installations.set(owner, id);
    return context.json({ id, app_id: own.id, permissions: own.permissions });
  });

  app.post('/app/installations/:id/access_tokens', async (context) => {
    const own = await appOf(context, place);
    const owner = [...own.installations].find(([, id]) => String(id) === context.req.param('id'))?.[0];
    if (owner === undefined) throw notFound();
    const { repositories: names, permissions = own.permissions } = Wanted.parse(await context.req.json());
    const repository = `${owner}/${names[0]}`;
    if (!repositories.exists(repository) || !isInstalled(own, repository))
      throw new Trouble(422, 'There is at least one repository that does not exist');
    const missing = Object.entries(permissions).some(([name, access]) => {
      const has = own.permissions[name];
      return has !== 'write' && has !== access;
    });
    if (missing) throw new Trouble(422, 'The permissions requested are not granted to this installation.');
    const token = `ghs_${randomBytes(18).toString('base64url')}`;
    state.appTokens.set(token, { repository, permissions });
    state.tokens.set(token, 'read');
    const expires_at = new Date(Date.now() + TOKEN_MS).toISOString();
    return context.json({ token, expires_at, permissions, repository_selection: 'selected' }, 201);
  });

  app.get('/app/hook/config', async (context) => {
    const { hookUrl } = await appOf(context, place);
    return context.json({ content_type: 'json', ...(hookUrl !== null && { url: hookUrl }) });
  });

  app.get('/app/hook/deliveries', async (context) => {
    await appOf(context, place);
    const size = Number(context.req.query('per_page') ?? 30);
    const cursor = context.req.query('cursor');
    const all = state.tries.toReversed();
    const from = cursor === undefined ? 0 : Number(cursor.slice('v1_'.length));
    const next = `${place.address}/app/hook/deliveries?per_page=${size}&cursor=v1_${from + size}`;
    const headers = from + size < all.length ? { link: `<${next}>; rel="next"` } : undefined;
    return context.json(all.slice(from, from + size).map(shown), 200, headers);
  });

  app.post('/app/hook/deliveries/:id/attempts', async (context) => {
    await appOf(context, place);
    const earlier = state.tries.find(({ id }) => String(id) === context.req.param('id'));
    if (!earlier) throw notFound();
    await place.again(earlier);
    return context.json({}, 202);
  });
}

/** The App that asks. Throws Trouble 401 for anybody else. */
async function appOf(context: Context, place: HostPlace): Promise<LocalApp> {
  const caller = await callerOf(context, place);
  if (caller.kind === 'app') return caller.app;
  throw new Trouble(401, 'A JSON web token could not be decoded');
}

function isInstalled({ installedOn }: LocalApp, fullName: string): boolean {
  return installedOn === null || installedOn.has(fullName);
}

/** A try as GitHub lists it. */
function shown({ id, event, at, redelivery, status }: HookTry) {
  return {
    id,
    guid: event.id,
    delivered_at: new Date(at).toISOString(),
    redelivery,
    duration: 0.1,
    status: status >= 200 && status < 300 ? 'OK' : 'Bad Gateway',
    // a connection that failed is told as 502, one that took too long as 504
    status_code: status === 0 ? 502 : status,
    event: nameOfEvent(event),
    action: null,
  };
}

/** Makes an App, and gives the key that proves it. */
export function makeApp(
  { state }: Pick<HostPlace, 'state'>,
  { slug, hookUrl, permissions }: Pick<LocalApp, 'slug' | 'hookUrl' | 'permissions'>,
): { app: LocalApp; privateKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    // as GitHub gives it
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const app: LocalApp = {
    id: state.nextId(),
    slug,
    publicKey,
    installations: new Map(),
    permissions: { metadata: 'read', ...permissions },
    hookUrl,
    installedOn: null,
  };
  state.apps.set(app.id, app);
  return { app, privateKey };
}
