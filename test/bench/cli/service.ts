import { once } from 'node:events';
import { serve } from '@hono/node-server';
import { aWorld } from '#test/unit/access/world.ts';

/** The API in memory, behind a real server on loopback, with a team that has one thing of each kind. */
export async function startService() {
  const world = await aWorld();
  const server = serve({ fetch: world.api.fetch, hostname: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    /** Of somebody who is signed in there. */
    env: { BITFLOW_URL: `http://127.0.0.1:${address.port}`, BITFLOW_TOKEN: world.secretOf('admin') },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
