import { setTimeout as sleep } from 'node:timers/promises';
import { emulatorFirestore } from '#local/emulator-firestore.ts';
import type { Machine } from '#local/machine.ts';
import type { Stack } from '#local/stack.ts';
import { benchApp, type Kind } from '../apps.ts';
import { startBenchStack } from '../bench-stack.ts';
import { Service } from '../service.ts';
import { Counter, type Counts, used } from './counter.ts';

/** How long nothing must happen for a build to be over, with all that comes after it. */
const QUIET_MS = 3000;

/**
 * Builds each kind once on a stack whose functions meet Firestore, and are called, through proxies that count.
 * `sweep` does not run: it comes by the minute, whatever is built. The bench itself goes past the proxies.
 */
export async function countBuilds(
  machine: Machine,
  say: (line: string) => void,
  interrupted: Promise<never>,
): Promise<Readonly<Record<Kind, Counts>>> {
  const counter = new Counter();
  try {
    const { stack } = await startBenchStack(machine, say, {
      sweepEveryMs: 0,
      envOf: async (name, env) => {
        // Its address is also what the builder's identity token is for: all functions are told the same one.
        const exchange = new URL(env.EXCHANGE_URL ?? '');
        const proxied = await counter.callsOf('exchange', exchange.origin);
        return {
          ...env,
          FIRESTORE_EMULATOR_HOST: await counter.firestoreOf(name, env.FIRESTORE_EMULATOR_HOST ?? ''),
          EXCHANGE_URL: `${proxied}${exchange.pathname}`,
        };
      },
      pushTo: (name, url) => counter.callsOf(name, url),
    });
    try {
      return await Promise.race([countOn(stack, counter, say), interrupted]);
    } finally {
      await stack.stop();
    }
  } finally {
    await counter.close();
  }
}

async function countOn({ info, git }: Stack, counter: Counter, say: (line: string) => void) {
  const firestore = emulatorFirestore(info.projectId, info.firestoreEmulatorHost);
  const webhooks = await counter.callsOf('webhooks', info.webhooks);
  const service = new Service({ ...info, webhooks }, firestore);
  const app = await benchApp(git, 'bench/counted');
  try {
    const repositoryId = await service.connect(app);
    const count = async (kind: Kind) => {
      const before = await quiet(counter);
      await service.build(repositoryId, { fullName: app.fullName, ...(await app.change(kind)) });
      const counts = used(before, await quiet(counter));
      say(`  counted: ${kind}`);
      return counts;
    };
    return { first: await count('first'), unchanged: await count('unchanged'), edit: await count('edit') };
  } finally {
    await app.remove();
    await firestore.terminate();
  }
}

/** What was used, once nothing more is. */
async function quiet(counter: Counter): Promise<Counts> {
  for (let last = await counter.now(); ; ) {
    await sleep(QUIET_MS);
    const now = await counter.now();
    if (JSON.stringify(now) === JSON.stringify(last)) return now;
    last = now;
  }
}
