import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { CALLBACK_SIGNATURE_HEADER, CallbackMessage } from '#core/callback.ts';
import { freeAddresses, portOf } from '#local/ports.ts';

/** A callback as it passed by: what whoever reads the network sees. */
export interface Captured {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly signature: string;
  readonly body: string;
  readonly message: CallbackMessage;
  /** What the service answered; 502 where it was not there. */
  readonly status: number;
}

/** A listener between the builders and the service. */
export interface CallbackRelay {
  readonly url: string;
  /** Where the service is: known once it has started. */
  target: string;
  /** Every callback about a build, in the order of the answers. */
  of(buildId: string): readonly Captured[];
  close(): Promise<void>;
}

/** Hands callbacks on, byte for byte, and keeps a copy. Whatever else is sent to it is swallowed with a 204. */
export async function callbackRelay(): Promise<CallbackRelay> {
  const [address = ''] = await freeAddresses(1);
  const captured: Captured[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '';
    const body = await buffer(request);
    if (!path.endsWith('/callback')) return void response.writeHead(204).end();
    const signature = String(request.headers[CALLBACK_SIGNATURE_HEADER]);
    const answer = await send(relay.target, path, signature, body).catch(() => null);
    const status = answer?.status ?? 502;
    const text = body.toString('utf8');
    const message = CallbackMessage.parse(JSON.parse(text));
    captured.push({ path, headers: request.headers, signature, body: text, message, status });
    response.writeHead(status).end(answer?.text);
  };
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(portOf(address), '127.0.0.1', resolve));
  const relay: CallbackRelay = {
    url: `http://${address}`,
    target: '',
    of: (buildId) => captured.filter(({ message }) => message.build_id === buildId),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
  return relay;
}

/** Posts a callback. @returns the status and the text of the answer. */
export async function send(
  base: string,
  path: string,
  signature: string,
  body: string | Uint8Array<ArrayBuffer>,
): Promise<{ status: number; text: string }> {
  const headers = { 'content-type': 'application/json', [CALLBACK_SIGNATURE_HEADER]: signature };
  const response = await fetch(`${base}${path}`, { method: 'POST', headers, body });
  return { status: response.status, text: await response.text() };
}
