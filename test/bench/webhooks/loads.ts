import { randomBytes } from 'node:crypto';
import type { Platform } from '#core/repository.ts';
import { pushText, signedBody } from '#test/support/host-deliveries.ts';
import { type HttpRequest, type Load, load } from '../load.ts';
import { CONNECTED, type Door } from './door.ts';

export const AMOUNT = 2000;
export const CONNECTIONS = 50;
const WARM_UP = 400;

/** A case of the load: where to, and what. */
interface Case {
  readonly name: string;
  readonly url: string;
  readonly make: () => HttpRequest;
}

/** Each host as its repository's own webhook signs, GitHub also as an App does; and the function that does least. */
export function casesOf({ url, bare, appSecret, secrets }: Door): Case[] {
  const at = (platform: Platform) => `${url}/v1/webhooks/${platform}/events`;
  const own = (platform: Platform): Case => ({
    name: platform,
    url: at(platform),
    make: () => push(platform, secrets[platform]),
  });
  return [
    { name: 'a bare function', url: bare.url, make: () => push('github', appSecret) },
    { name: 'github, by its App', url: at('github'), make: () => push('github', appSecret) },
    own('github'),
    own('gitlab'),
    own('gitee'),
  ];
}

/** Makes a payload as long as hosts send for a push of a few commits: about 7 KB. Each is another push. */
function push(platform: Platform, secret: string): HttpRequest {
  const after = randomBytes(20).toString('hex');
  const more = `"commits":${JSON.stringify(Array.from({ length: 8 }, (_, at) => commit(after, at)))}`;
  const text = pushText(platform, { fullName: CONNECTED, ref: 'refs/heads/main', after, more });
  return { headers: { ...signedBody(platform, secret, text).headers }, body: text };
}

function commit(id: string, at: number): object {
  const person = { name: 'Ada Lovelace', email: 'ada@example.com', username: 'ada' };
  const message = `Change number ${at}\n\n${'It says why, in a sentence or two. '.repeat(12)}`;
  const modified = ['src/server.js', 'package.json', 'package-lock.json', 'README.md'];
  return { id, message, timestamp: '2026-01-01T00:00:00Z', author: person, added: [], removed: [], modified };
}

/** Loads all in turn, after a warm-up; who is first changes with the round. @returns the runs by name. */
export async function measureLoads(
  cases: readonly Case[],
  rounds: number,
  say: (line: string) => void,
): Promise<Map<string, Load[]>> {
  const run = ({ url, make }: Case, amount: number) => load(url, { amount, connections: CONNECTIONS }, make);
  for (const each of cases) await run(each, WARM_UP);
  const runs = new Map<string, Load[]>(cases.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round++)
    for (const each of round % 2 === 0 ? cases.toReversed() : cases) {
      const ran = await run(each, AMOUNT);
      runs.get(each.name)?.push(ran);
      say(`  round ${round} of ${rounds}: ${each.name}: ${ran.perSecond.toFixed(0)} a second`);
    }
  return runs;
}
