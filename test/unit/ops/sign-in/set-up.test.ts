import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { TransientError, UserError } from '#core/errors.ts';
import { Secret } from '#core/secret.ts';
import { signInProviders } from '#ops/sign-in/providers.ts';
import { type SignIn, setUpSignIn } from '#ops/sign-in/set-up.ts';

const GOOGLE = { client_id: '123-abc.apps.googleusercontent.com', secret: 'projects/p/secrets/google' };
const WANTED: SignIn = {
  'google.com': GOOGLE,
  'github.com': { client_id: 'Ov23liAbCdEf', secret: 'projects/p/secrets/github' },
};
const SECRETS: Record<string, string> = {
  'projects/p/secrets/google': 'GOCSPX-of-google',
  'projects/p/secrets/github': 'of-github',
};
const secretOf = async (name: string) => (SECRETS[name] === undefined ? null : new Secret(SECRETS[name]));

/** Identity Platform's admin API, for providers: what it keeps, and what it was asked. */
let configs: Map<string, Record<string, unknown>>;
let asked: { method: string; url: string; token: string; project: string }[];
let failure: { status: number; message: string } | null;
let server: Server;
let providers: ReturnType<typeof signInProviders>;

async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
  const { method = '', url = '', headers } = request;
  const body = z.record(z.string(), z.unknown()).parse(JSON.parse((await text(request)) || '{}'));
  const project = String(headers['x-goog-user-project']);
  asked.push({ method, url, token: String(headers.authorization), project });
  if (failure) return { status: failure.status, body: { error: { message: failure.message } } };
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const [, id] = /^\/admin\/v2\/projects\/p\/defaultSupportedIdpConfigs(?:\/(.+))?$/.exec(pathname) ?? [];
  if (method === 'GET') {
    const listed = [...configs].map(([name, config]) => ({
      name: `projects/123/defaultSupportedIdpConfigs/${name}`,
      ...config,
    }));
    return { status: 200, body: listed.length > 0 ? { defaultSupportedIdpConfigs: listed } : {} };
  }
  if (method === 'POST') {
    const name = String(searchParams.get('idpId'));
    if (configs.has(name)) return { status: 409, body: { error: { message: 'ALREADY_EXISTS' } } };
    configs.set(name, body);
    return { status: 200, body };
  }
  const known = configs.get(id ?? '');
  if (!known) return { status: 404, body: { error: { message: 'NOT_FOUND' } } };
  for (const field of String(searchParams.get('updateMask')).split(',')) known[field] = body[field];
  return { status: 200, body: known };
}

beforeEach(async () => {
  configs = new Map();
  asked = [];
  failure = null;
  server = createServer((request, response) => {
    answer(request).then(
      ({ status, body }) => response.writeHead(status).end(JSON.stringify(body)),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  providers = signInProviders({ project: 'p', endpoint, token: new Secret('ya29.token') });
});

afterEach(() => new Promise((resolve) => server.close(resolve)));

it('sets up each provider that is wanted, as whoever deploys, at the project’s own quota', async () => {
  const done = await setUpSignIn({ providers, secretOf }, WANTED);
  expect(Object.fromEntries(configs)).toEqual({
    'google.com': {
      enabled: true,
      clientId: '123-abc.apps.googleusercontent.com',
      clientSecret: 'GOCSPX-of-google',
    },
    'github.com': { enabled: true, clientId: 'Ov23liAbCdEf', clientSecret: 'of-github' },
  });
  expect(done.length).toBe(2);
  expect(done.join()).not.toMatch(/of-google|of-github/);
  expect(new Set(asked.map(({ token, project }) => `${token} ${project}`))).toEqual(
    new Set(['Bearer ya29.token p']),
  );
});

it('is safe to do again, and takes over a new version of a secret', async () => {
  await setUpSignIn({ providers, secretOf }, WANTED);
  await setUpSignIn({ providers, secretOf: async () => new Secret('rotated') }, WANTED);
  expect([...configs.values()].map(({ clientSecret }) => clientSecret)).toEqual(['rotated', 'rotated']);
});

it('switches on one that was switched off, and off one that is wanted no more', async () => {
  configs.set('google.com', { enabled: false, clientId: 'old', clientSecret: 'old' });
  configs.set('github.com', { enabled: true, clientId: 'old', clientSecret: 'kept' });
  configs.set('facebook.com', { enabled: true, clientId: 'other', clientSecret: 'other' });
  await setUpSignIn({ providers, secretOf }, { 'google.com': GOOGLE });
  expect(configs.get('google.com')).toMatchObject({ enabled: true, clientSecret: 'GOCSPX-of-google' });
  expect(configs.get('github.com')).toEqual({ enabled: false, clientId: 'old', clientSecret: 'kept' });
  expect(configs.get('facebook.com')).toMatchObject({ enabled: true });
});

it('leaves Identity Platform alone where nobody is to sign in', async () => {
  expect(await setUpSignIn({ providers, secretOf }, {})).toEqual([]);
  expect(asked).toEqual([]);
});

it('changes nothing while one of the secrets is missing, and names it', async () => {
  const only = async (name: string) => (name.endsWith('google') ? new Secret('x') : null);
  const tried = setUpSignIn({ providers, secretOf: only }, WANTED);
  await expect(tried).rejects.toThrow(
    new UserError('refused', 'projects/p/secrets/github has no version that is enabled'),
  );
  expect(asked).toEqual([]);
});

it('says what Identity Platform refuses, and what is worth another try', async () => {
  failure = { status: 403, message: 'PERMISSION_DENIED' };
  await expect(setUpSignIn({ providers, secretOf }, WANTED)).rejects.toThrow(
    new UserError('refused', 'Identity Platform answered 403: PERMISSION_DENIED'),
  );
  failure = { status: 503, message: 'UNAVAILABLE' };
  await expect(setUpSignIn({ providers, secretOf }, WANTED)).rejects.toThrow(TransientError);
});
