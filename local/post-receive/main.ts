// What the local git server runs after a push (githooks(5), "post-receive"): has the stand-ins of git hosts tell of it,
// and says what came of that on stdout, which git shows to whoever pushes. The push is done whatever happens.
import { text } from 'node:stream/consumers';
import { deliver } from './deliver.ts';
import { pushesOf, tellOf } from './pushes.ts';
import { Told } from './told.ts';

const told = Told.parse(JSON.parse(process.env.BITFLOW_TOLD ?? ''));
for (const push of pushesOf(await text(process.stdin), told.repository)) {
  try {
    const lines = tellOf(push, await deliver(told, push), told.git);
    for (const [at, line] of lines.entries()) console.log(`${at === 0 ? 'BitFlow: ' : '  '}${line}`);
  } catch (error) {
    console.log(`BitFlow was not told of ${push.ref}: ${error instanceof Error ? error.message : error}`);
  }
}
