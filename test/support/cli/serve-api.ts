import { once } from 'node:events';
import { serve } from '@hono/node-server';
import { onTestFinished } from 'vitest';
import type { Api } from '#handlers/api/context.ts';

/** The API, in memory behind a real server on loopback until the test ends. @returns its address. */
export async function serveApi(api: Pick<Api, 'fetch'>): Promise<string> {
  const server = serve({ fetch: api.fetch, hostname: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}
