import { setTimeout as sleep } from 'node:timers/promises';
import type { Firestore } from '@google-cloud/firestore';
import { emulatorFirestore } from '#local/emulator-firestore.ts';
import type { Stack } from '#local/stack.ts';
import type { BareFunction } from './bare-function.ts';
import { signedDelivery } from './deliveries.ts';
import { type HttpRequest, type Load, load } from './load.ts';

export const AMOUNT = 2000;
export const CONNECTIONS = 50;
const WARM_UP = 400;

/** The runs of each case, by round. */
export interface WebhookRuns {
  /** `webhooks`, while nobody works on what it publishes: in the cloud that is on other machines. */
  readonly alone: Load[];
  /** The bare function. */
  readonly bare: Load[];
  /** `webhooks`, with `intake` at work on the same processors. */
  readonly withIntake: Load[];
}

/**
 * Loads `webhooks` and the bare function in turn, on one emulator. For the case "alone", `intake` is stopped where
 * it stands, and works off what came in after the run.
 */
export async function measureWebhooks(
  stack: Stack,
  bare: BareFunction,
  rounds: number,
  say: (line: string) => void,
): Promise<WebhookRuns> {
  const firestore = emulatorFirestore(stack.info.projectId, stack.info.firestoreEmulatorHost);
  const make = () => signedDelivery(stack.info);
  const url = `${stack.info.webhooks}/v1/webhooks/github/events`;
  const fire = (target: string, request: () => HttpRequest, amount = AMOUNT) =>
    load(target, { amount, connections: CONNECTIONS }, request);
  const cases = {
    alone: async (amount?: number) => {
      stack.pause('intake');
      try {
        return await fire(url, make, amount);
      } finally {
        stack.resume('intake');
      }
    },
    // the same bodies, unsigned or not: it reads none of them
    bare: (amount?: number) => fire(bare.url, make, amount),
    withIntake: (amount?: number) => fire(url, make, amount),
  };
  const runs: WebhookRuns = { alone: [], bare: [], withIntake: [] };
  try {
    for (const run of Object.values(cases)) await run(WARM_UP);
    await workedOff(firestore);
    for (let round = 1; round <= rounds; round++) {
      const names = ['alone', 'bare', 'withIntake'] as const;
      // who is first changes, so that nobody always has the fresher machine
      for (const name of round % 2 === 0 ? names.toReversed() : names) {
        const ran = await cases[name]();
        runs[name].push(ran);
        await workedOff(firestore);
        say(`  round ${round} of ${rounds}: ${name}: ${ran.perSecond.toFixed(0)} a second`);
      }
    }
    return runs;
  } finally {
    await firestore.terminate();
  }
}

/** Waits until `intake` has decided on every delivery. */
async function workedOff(firestore: Firestore): Promise<void> {
  const undecided = firestore.collection('deliveries').where('verdict', '==', 'received').count();
  while ((await undecided.get()).data().count > 0) await sleep(500);
}
