import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { listen } from './listen.ts';

const Envelope = z.looseObject({
  subscription: z.string(),
  message: z.looseObject({ messageId: z.string() }),
});

/**
 * Stands between Pub/Sub's emulator and a function, and says which delivery of a message each is
 * (`deliveryAttempt`), as Pub/Sub does where a subscription has a dead-letter policy; the emulator does not.
 * @returns where to push to.
 */
export async function countDeliveries(url: string): Promise<{ url: string; close: () => Promise<void> }> {
  const deliveries = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const envelope = Envelope.parse(JSON.parse((await buffer(request)).toString('utf8')));
    const of = `${envelope.subscription} ${envelope.message.messageId}`;
    const deliveryAttempt = (deliveries.get(of) ?? 0) + 1;
    deliveries.set(of, deliveryAttempt);
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ ...envelope, deliveryAttempt });
    // A function that is away hangs up on Pub/Sub, which is what this does then.
    const answer = await fetch(url, { method: 'POST', headers, body }).catch(() => null);
    if (answer === null) response.destroy();
    else response.writeHead(answer.status).end(await answer.text());
  });
  const { address, close } = await listen(server);
  return { url: `http://${address}`, close };
}
