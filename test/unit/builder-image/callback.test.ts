import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { callbackBus } from '#builder/adapters/callback.ts';
import { CALLBACK_SIGNATURE_HEADER, CallbackMessage, signCallback } from '#core/callback.ts';

const TOKEN = 'callback-token-value';
const DIGEST = `sha256:${'a'.repeat(64)}`;
const RESULT = {
  index_digest: DIGEST,
  manifests: [{ platform: 'linux/amd64', manifest_digest: DIGEST }],
  size_bytes: 1,
  builder_type: 'nixpacks' as const,
};
const STAGE = { name: 'clone' as const, started_at: 1, finished_at: null };
const PROGRESS = { type: 'progress' as const, stages: [STAGE], builder_type: 'nixpacks' as const };
const BUILT = { type: 'built' as const, stages: [], result: RESULT, last_log_chunk: null };
const FAILED = {
  ...{ type: 'failed' as const, stages: [], code: 'build_failed' as const, fault: 'user' as const },
  ...{ message: 'npm ended with exit code 1', last_log_chunk: null },
};

type Answer = (response: ServerResponse) => void;
const status = (code: number) => (response: ServerResponse) => void response.writeHead(code).end();
const hangUp: Answer = (response) => void response.destroy();

const closers: (() => unknown)[] = [];
afterEach(() => closers.splice(0).forEach((close) => void close()));

/** A receiver that answers in turn, then 204, and keeps what it was sent. */
async function receive(answers: Answer[] = []) {
  const posts: { path: string; body: string; signature: unknown }[] = [];
  const server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('');
    const signature = request.headers[CALLBACK_SIGNATURE_HEADER];
    posts.push({ path: request.url ?? '', body, signature });
    (answers.shift() ?? status(204))(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(
    () => server.close(),
    () => server.closeAllConnections(),
  );
  const warned: string[] = [];
  const printed: string[] = [];
  const bus = callbackBus({
    ...{
      buildId: 'job-1',
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
      token: TOKEN,
    },
    ...{ print: (line: string) => void printed.push(line), warn: (line: string) => void warned.push(line) },
  });
  const messages = () => posts.map(({ body }) => CallbackMessage.parse(JSON.parse(body)));
  return { bus, posts, warned, printed, messages, statuses: () => messages().map((each) => each.status) };
}

describe('callbacks', () => {
  it('says RUNNING once, then SUCCEEDED with the digest, each signed over its exact bytes', async () => {
    const { bus, posts, messages } = await receive();
    await Promise.all([bus.report(PROGRESS), bus.report(PROGRESS)]);
    await bus.report(PROGRESS);
    await bus.report(BUILT);
    expect(messages()).toMatchObject([
      { version: 1, build_id: 'job-1', status: 'RUNNING' },
      { version: 1, build_id: 'job-1', status: 'SUCCEEDED', digest: DIGEST, result: RESULT },
    ]);
    for (const { body, signature } of posts) expect(signature).toBe(signCallback(TOKEN, body));
  });

  it('says FAILED with the reason, and RUNNING before it where nothing was said yet', async () => {
    const { bus, messages } = await receive();
    await bus.report(FAILED);
    expect(messages()).toMatchObject([
      { status: 'RUNNING' },
      { status: 'FAILED', reason: FAILED.message, code: 'build_failed', fault: 'user', builder_type: null },
    ]);
  });

  it('waits with the end until it is known what became of RUNNING', async () => {
    const held: ServerResponse[] = [];
    const { bus, posts, statuses } = await receive([(response) => void held.push(response)]);
    void bus.report(PROGRESS);
    const told = bus.report(BUILT);
    await expect.poll(() => held.length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(statuses()).toEqual(['RUNNING']);
    held[0]?.writeHead(503).end();
    await told;
    expect(statuses()).toEqual(['RUNNING', 'RUNNING', 'SUCCEEDED']);
    expect(posts[0]?.body).toBe(posts[1]?.body);
  });

  it.each([
    ['503', status(503)],
    ['429', status(429)],
    ['a connection that breaks', hangUp],
  ])('repeats the same bytes after %s', async (_, answer) => {
    const { bus, posts, statuses, warned } = await receive([status(204), answer, answer]);
    await bus.report(PROGRESS);
    await bus.report(BUILT);
    expect(statuses()).toEqual(['RUNNING', 'SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
    expect(new Set(posts.slice(1).map(({ body }) => body)).size).toBe(1);
    expect(warned).toEqual([
      expect.stringMatching(/^the callback SUCCEEDED to 127\.0\.0\.1:\d+ is tried again/),
    ]);
  });

  it.each([
    ['a connection that breaks', hangUp],
    ['502', status(502)],
  ])('takes a refusal after %s for the answer that got lost', async (_, answer) => {
    const { bus, statuses } = await receive([status(204), answer, status(409)]);
    await bus.report(PROGRESS);
    await expect(bus.report(BUILT)).resolves.toBeUndefined();
    expect(statuses()).toEqual(['RUNNING', 'SUCCEEDED', 'SUCCEEDED']);
  });

  it('takes a refusal after 429 for what it is', async () => {
    const { bus } = await receive([status(204), status(429), status(401)]);
    await bus.report(PROGRESS);
    await expect(bus.report(BUILT)).rejects.toThrow(/SUCCEEDED to 127\.0\.0\.1:\d+ was refused: HTTP 401/);
  });

  it('says of a refused RUNNING on stderr, and still tells the end', async () => {
    const { bus, statuses, warned } = await receive([status(401)]);
    await expect(bus.report(PROGRESS)).resolves.toBeUndefined();
    expect(warned).toEqual([expect.stringContaining('RUNNING')]);
    expect(warned.join()).not.toContain(TOKEN);
    await bus.report(BUILT);
    expect(statuses()).toEqual(['RUNNING', 'SUCCEEDED']);
  });

  it('follows no redirect', async () => {
    const there = (response: ServerResponse) =>
      void response.writeHead(307, { location: '/elsewhere' }).end();
    const { bus, posts } = await receive([status(204), there]);
    await bus.report(PROGRESS);
    await expect(bus.report(BUILT)).rejects.toThrow(/HTTP 307, and redirects are not followed/);
    expect(posts.map(({ path }) => path)).toEqual(['/hook', '/hook']);
  });

  it('never says FAILED after SUCCEEDED, also where SUCCEEDED was refused', async () => {
    const { bus, statuses } = await receive([status(204), status(400)]);
    await bus.report(PROGRESS);
    await expect(bus.report(BUILT)).rejects.toThrow();
    await expect(bus.report(FAILED)).rejects.toThrow(/no FAILED/);
    expect(statuses()).toEqual(['RUNNING', 'SUCCEEDED']);
  });

  it('prints the log, and posts none of it', async () => {
    const { bus, printed, posts } = await receive();
    await bus.log({ chunk: 0, lines: [{ seq: 0, at: 1, stage: 'build', text: 'hello' }] });
    expect(printed).toEqual(['hello']);
    expect(posts).toEqual([]);
  });
});
