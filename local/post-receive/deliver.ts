import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type ApiDelivery, type Push, pushPayload, type StackClient } from '../client.ts';

/** Before the second and the third try (ms). */
const PAUSES = [200, 1000];
/** How long whoever pushes waits for what becomes of it (ms); then it goes on by itself. */
const DECIDED_MS = 5000;

const Taken = z.object({ delivery_id: z.string() });

/**
 * Delivers one push as GitHub would, and again where that fails in passing: under one event id, so that a delivery
 * whose answer was lost makes no second one. @returns what was decided. Throws where it was not taken in.
 */
export async function deliver(client: StackClient, push: Push): Promise<ApiDelivery> {
  const payload = pushPayload(push);
  const headers = { 'x-github-delivery': randomUUID() };
  for (let tries = 0; ; tries += 1) {
    const pause = PAUSES[tries];
    try {
      const { status, body } = await client.deliver('push', payload, headers);
      if (status === 202) return await client.decided(Taken.parse(body).delivery_id, DECIDED_MS);
      if (status < 500 || pause === undefined)
        throw new Error(`the webhook answered ${status}: ${JSON.stringify(body)}`);
    } catch (error) {
      // fetch says a TypeError where nobody answers.
      if (!(error instanceof TypeError) || pause === undefined) throw error;
    }
    await sleep(pause);
  }
}
