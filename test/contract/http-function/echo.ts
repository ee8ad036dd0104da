import { Hono } from 'hono';
import { httpFunction } from '#adapters/http/http-function.ts';
import { log, logFor } from '#adapters/log.ts';

logFor('acme-builds');

/** Tells what an app sees of a request, and logs that it was there. */
const app = new Hono();
app.all('*', async (context) => {
  const { 'content-type': type = null, 'content-encoding': encoding = null } = context.req.header();
  const body = Buffer.from(await context.req.arrayBuffer()).toString('base64');
  log('INFO', 'echoed');
  return context.json({ type, encoding, body });
});

httpFunction('an-echo', app);
