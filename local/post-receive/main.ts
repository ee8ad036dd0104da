// What the local git server runs after a push (githooks(5), "post-receive"): delivers the webhooks that GitHub would
// send, and says what came of them on stdout, which git shows to whoever pushes. The push is done whatever happens.
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { StackClient, StackPlace } from '../client.ts';
import { deliver } from './deliver.ts';
import { pushesOf, tellOf } from './pushes.ts';

const Told = z.object({
  BITFLOW_STACK: z.string().transform((json) => StackPlace.parse(JSON.parse(json))),
  BITFLOW_GIT: z.url(),
  BITFLOW_REPOSITORY: z.string(),
});

const told = Told.parse(process.env);
const client = new StackClient(told.BITFLOW_STACK);
for (const push of pushesOf(await text(process.stdin), told.BITFLOW_REPOSITORY)) {
  try {
    const lines = tellOf(push, await deliver(client, push), told.BITFLOW_GIT);
    console.log(lines.map((line, at) => `${at === 0 ? 'BitFlow: ' : '  '}${line}`).join('\n'));
  } catch (error) {
    console.log(`BitFlow was not told of ${push.ref}: ${error instanceof Error ? error.message : error}`);
  }
}
