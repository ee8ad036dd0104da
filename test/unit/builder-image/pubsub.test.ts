import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterEach, expect, test, vi } from 'vitest';
import { PubSubPublisher } from '#builder/adapters/pubsub.ts';
import { freeAddresses, portOf } from '#local/ports.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
  vi.restoreAllMocks();
});

async function serve(listener: RequestListener): Promise<string> {
  const [address = ''] = await freeAddresses(1);
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(portOf(address), '127.0.0.1', resolve));
  closers.push(() => server.close());
  closers.push(() => server.closeAllConnections());
  return address;
}

test('a message is published as Pub/Sub’s REST API has it, without a token to the emulator', async () => {
  const seen: { url: string | undefined; authorization: string | undefined; body: unknown }[] = [];
  const emulatorHost = await serve(async (request: IncomingMessage, response) => {
    const { url, headers } = request;
    seen.push({ url, authorization: headers.authorization, body: await json(request) });
    response.end(JSON.stringify({ messageIds: ['1'] }));
  });
  const publisher = new PubSubPublisher({ projectId: 'demo', metadataHost: '127.0.0.1:1', emulatorHost });
  await publisher.publish('build-events', Buffer.from('{"ü":1}'), { signature: 'abc' });
  const data = Buffer.from('{"ü":1}').toString('base64');
  expect(seen).toEqual([
    {
      url: '/v1/projects/demo/topics/build-events:publish',
      authorization: undefined,
      body: { messages: [{ data, attributes: { signature: 'abc' } }] },
    },
  ]);
});

test('any answer but a published message is an error', async () => {
  const answers = [
    { status: 503, body: '' },
    { status: 404, body: '{}' },
    { status: 200, body: '{"messageIds":[]}' },
  ];
  for (const { status, body } of answers) {
    const emulatorHost = await serve((_, response) => response.writeHead(status).end(body));
    const publisher = new PubSubPublisher({ projectId: 'demo', metadataHost: '127.0.0.1:1', emulatorHost });
    await expect(publisher.publish('t', Buffer.from('x'), {}), `${status} ${body}`).rejects.toThrow();
  }
});

test('Google is shown the account’s token, which is asked for again when it ends or is refused', async () => {
  let given = 0;
  const metadataHost = await serve((request, response) => {
    expect(request.headers['metadata-flavor']).toBe('Google');
    expect(request.url).toBe('/computeMetadata/v1/instance/service-accounts/default/token');
    given += 1;
    response.end(JSON.stringify({ access_token: `token-${given}`, expires_in: 3600, token_type: 'Bearer' }));
  });
  const shown: (string | null)[] = [];
  let status = 200;
  const real = globalThis.fetch;
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    if (!String(input).startsWith('https://pubsub.googleapis.com/')) return real(input, init);
    shown.push(new Headers(init?.headers).get('authorization'));
    return new Response(JSON.stringify({ messageIds: ['1'] }), { status });
  });
  const publisher = new PubSubPublisher({ projectId: 'demo', metadataHost, emulatorHost: undefined });
  const publish = () => publisher.publish('t', Buffer.from('x'), {});
  await publish();
  await publish();
  status = 401;
  await expect(publish()).rejects.toThrow('401');
  status = 200;
  await publish();
  expect(shown).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-1', 'Bearer token-2']);
});
