import { z } from 'zod';
import { type ApiDelivery, type Push, StackClient } from '../client.ts';
import type { Told } from './told.ts';

/** How long whoever pushes waits for what becomes of it (ms); then it goes on by itself. */
const DECIDED_MS = 5000;

const Called = z.array(z.object({ url: z.string(), status: z.int(), body: z.string() }));
const Taken = z.string().transform((text) => z.object({ delivery_id: z.string() }).parse(JSON.parse(text)));

/**
 * Has the stand-ins of git hosts tell of a push. @returns what was decided, once for each delivery: all webhooks of a
 * host that hear of a push send the same one. Throws where one was not taken in.
 */
export async function deliver({ stack }: Told, push: Push): Promise<ApiDelivery[]> {
  const { fullName, ...moved } = push;
  const body = JSON.stringify({ full_name: fullName, ...moved });
  const headers = { 'content-type': 'application/json' };
  const calls = await Promise.all(
    stack.hosts.map(async (host) => {
      const answer = await fetch(`${host}/_local/pushes`, { method: 'POST', headers, body });
      return Called.parse(await answer.json());
    }),
  );
  const ids = calls.flat().flatMap(({ status, url, body }) => {
    if (status === 204) return []; // it does not want to hear of it
    if (status !== 202) throw new Error(`the webhook ${url} answered ${status}: ${body}`);
    return Taken.parse(body).delivery_id;
  });
  const client = new StackClient(stack);
  return Promise.all([...new Set(ids)].map((id) => client.decided(id, DECIDED_MS)));
}
