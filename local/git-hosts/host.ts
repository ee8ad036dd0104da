import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { z } from 'zod';
import type { Platform } from '#core/repository.ts';
import { portOf } from '../ports.ts';
import { Manners } from './misbehaviour.ts';
import type { Repositories } from './repositories.ts';
import type { Called, HostPlace, LocalEvent, Outgoing, StandIn } from './stand-in.ts';
import { type Hook, HostState } from './state.ts';

/** How long a webhook may take to answer (ms): GitHub's own limit. */
const ANSWER_MS = 10_000;

/** A running stand-in. */
export interface LocalHost {
  readonly platform: Platform;
  /** Its own address: `http://127.0.0.1:PORT`. */
  readonly address: string;
  /** Where the functions find its API. */
  readonly apiUrl: string;
  readonly state: HostState;
  readonly manners: Manners;
  /** A push happened: its webhooks are told. */
  pushed(push: PushedRef): Promise<Called[]>;
  tell(event: LocalEvent): Promise<Called[]>;
  close(): Promise<void>;
}

/** A ref that moved; null: it was not there, or is no more. */
export const PushedRef = z.object({
  full_name: z.string(),
  ref: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type PushedRef = z.infer<typeof PushedRef>;

export interface HostOptions {
  readonly address: string;
  readonly gitUrl: string;
  readonly repositories: Repositories;
  /** A token that may do everything: the installation's own. */
  readonly token: string;
  readonly delivers: boolean;
  /** The webhook that hears of every repository, where the host has such (a GitHub App's); null: none. */
  readonly installationHook: { readonly url: string; readonly secret: string } | null;
}

/** Starts a stand-in in this process. */
export async function startHost(standIn: StandIn, options: HostOptions): Promise<LocalHost> {
  const state = new HostState();
  state.tokens.set(options.token, 'admin');
  const manners = new Manners();
  const { address, gitUrl, repositories, delivers, installationHook } = options;
  const place: HostPlace = {
    address: `http://${address}`,
    gitUrl,
    repositories,
    state,
    manners,
    delivers,
    tell: async (event) => {
      if (!delivers) return [];
      const everywhere: Hook[] =
        installationHook === null
          ? []
          : [{ id: 0, full_name: event.full_name, settings: {}, ...installationHook }];
      const wanted = [...everywhere, ...state.hooksOf(event.full_name)].filter(
        ({ id }) => event.kind !== 'ping' || event.hook_id === id,
      );
      return Promise.all(wanted.map((hook) => call(standIn, event, hook, place)));
    },
    again: ({ event, hook }) => call(standIn, event, hook, place, true),
  };
  const pushed = (push: PushedRef) => place.tell({ id: randomUUID(), kind: 'push', ...push });
  const app = new Hono();
  // What the local git server tells after a push: no part of any host's API.
  app.post('/_local/pushes', async (context) =>
    context.json(await pushed(PushedRef.parse(await context.req.json()))),
  );
  app.route('/', standIn.app(place));
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer(async (request, response) => {
    const method = request.method ?? 'GET';
    const path = request.url ?? '/';
    const ours = path.startsWith('/_local/');
    const met = ours ? null : await manners.meet(method, path.replace(/\?.*$/s, ''));
    if (met === 'silent') return;
    if (met === 'hang_up') return void request.socket.destroy();
    response.once('finish', () => {
      if (!ours) state.requests.push(`${method} ${path} → ${response.statusCode}`);
    });
    if (met === null) return void answer(request, response);
    response.writeHead(met.status, Object.fromEntries(met.headers)).end(await met.text());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(portOf(address), '127.0.0.1', resolve);
  });
  return {
    platform: standIn.platform,
    address: place.address,
    apiUrl: `http://${address}${standIn.apiPath}`,
    state,
    manners,
    pushed,
    tell: place.tell,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function call(
  standIn: StandIn,
  event: LocalEvent,
  hook: Hook,
  place: HostPlace,
  redelivery = false,
): Promise<Called> {
  const outgoing = await standIn.outgoing(event, hook, place);
  if (outgoing === null) return { hook_id: hook.id, url: hook.url, status: 204, body: '' };
  const called = await send(hook, outgoing);
  const { state } = place;
  if (hook.id === 0)
    state.tries.push({ id: state.nextId(), event, hook, at: Date.now(), redelivery, status: called.status });
  return called;
}

async function send(hook: Hook, { headers, body }: Outgoing): Promise<Called> {
  try {
    const response = await fetch(hook.url, {
      method: 'POST',
      headers: { ...headers },
      body,
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return { hook_id: hook.id, url: hook.url, status: response.status, body: await response.text() };
  } catch (error) {
    return { hook_id: hook.id, url: hook.url, status: 0, body: String(error) };
  }
}
