import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { freeAddresses, portOf } from '#local/ports.ts';

/** Calls of one function, and the different messages that it was called with, by topic. */
export interface Calls {
  readonly calls: number;
  readonly messages: Readonly<Record<string, number>>;
}

export interface CallProxy {
  readonly url: string;
  readonly now: Calls;
  close(): Promise<void>;
}

const Pushed = z.object({ subscription: z.string(), message: z.object({ messageId: z.string() }) });

/** Stands before a function at `target` (its URL), hands every request on and counts it. */
export async function startCallProxy(target: string): Promise<CallProxy> {
  let calls = 0;
  const messages = new Map<string, Set<string>>();
  const handOn = async (request: IncomingMessage, response: ServerResponse) => {
    calls += 1;
    const body = await buffer(request);
    const pushed = Pushed.safeParse(jsonOrNull(body));
    if (pushed.success) {
      const topic = topicOf(pushed.data.subscription);
      const ids = messages.get(topic) ?? new Set();
      messages.set(topic, ids.add(pushed.data.message.messageId));
    }
    const { method = 'POST', headers, url = '/' } = request;
    const kept = Object.entries(headers).filter(([name]) => !HOP.has(name));
    const answer = await fetch(new URL(url, target), {
      method,
      headers: kept.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  };
  const server = createServer((request, response) => {
    handOn(request, response).catch((error: unknown) => response.writeHead(502).end(String(error)));
  });
  const [address = ''] = await freeAddresses(1);
  await new Promise<void>((resolve) => server.listen(portOf(address), '127.0.0.1', resolve));
  return {
    url: `http://${address}`,
    get now() {
      const sizes = [...messages].map(([topic, ids]) => [topic, ids.size] as const);
      return { calls, messages: Object.fromEntries(sizes) };
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Headers about one connection: fetch makes its own. */
const HOP = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive', 'expect']);

/** `projects/P/subscriptions/TOPIC-to-FUNCTION` (core/messages.ts). */
function topicOf(subscription: string): string {
  return subscription.slice(subscription.lastIndexOf('/') + 1).replace(/-to-[^-]+$/, '');
}

function jsonOrNull(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null; // no pushed message, then
  }
}
