import { request as httpRequest } from 'node:http';
import { expect, inject, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { StackClient } from '#local/client.ts';
import { cuttingProxy } from '#test/support/cutting-proxy.ts';
import { testRepository } from '#test/support/stack.ts';

const info = inject('stack');
const client = new StackClient(info);

/** Lines for some seconds, so that most of them are read while the build runs; two letters of several bytes. */
const SCRIPT = [
  'i=0',
  'while [ $i -lt 400 ]; do i=$((i+1)); echo "line $i of the log: żółw 🐢 and so on"; echo; [ $((i % 40)) -eq 0 ] && sleep 0.3; done; true',
];
const FILES = {
  Dockerfile: ['FROM debian:bookworm-slim', 'COPY say.sh /', 'RUN sh /say.sh', ''].join('\n'),
  'say.sh': `${SCRIPT.join('\n')}\n`,
};

/** What came of an answer until it ended or was cut, and whether it was whole. */
interface Got {
  readonly status: number;
  readonly body: Buffer;
  readonly whole: boolean;
}

/** One GET on a connection of its own. A connection that breaks is no error: what came counts. */
function get(base: string, path: string, headers: Record<string, string> = {}): Promise<Got | null> {
  const { promise, resolve } = Promise.withResolvers<Got | null>();
  const authorization = `Bearer ${info.token}`;
  const asked = httpRequest(`${base}${path}`, { agent: false, headers: { authorization, ...headers } });
  asked.on('error', () => resolve(null));
  asked.on('response', (response) => {
    const parts: Buffer[] = [];
    response.on('data', (bytes: Buffer) => parts.push(bytes));
    response.on('error', () => undefined); // 'close' comes after it
    response.on('close', () =>
      resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts), whole: response.complete }),
    );
  });
  asked.end();
  return promise;
}

const Page = z.object({
  lines: z.array(z.object({ text: z.string() })),
  next_cursor: z.string(),
  complete: z.boolean(),
});

/** Reads by cursor until the log is complete; a page that does not get through is asked for again, smaller. */
async function byCursor(base: string, path: string): Promise<Buffer> {
  const lines: string[] = [];
  let cursor = '';
  for (let limit = 64; ; ) {
    const query = new URLSearchParams({ wait_s: '20', limit: String(limit), ...(cursor && { cursor }) });
    const got = await get(base, `${path}?${query}`);
    if (!got?.whole) {
      limit = Math.max(1, Math.floor(limit / 2));
      continue;
    }
    const page = Page.parse(JSON.parse(got.body.toString()));
    lines.push(...page.lines.map(({ text }) => `${text}\n`));
    if (page.complete) return Buffer.from(lines.join(''));
    cursor = page.next_cursor;
  }
}

/** Reads the text, each time from the byte that comes next. */
async function asText(base: string, path: string): Promise<Buffer> {
  let text = Buffer.alloc(0);
  for (;;) {
    const got = await get(base, `${path}?format=text`, { range: `bytes=${text.length}-` });
    if (got?.status === 416) return text;
    if (got !== null) text = Buffer.concat([text, got.body]);
  }
}

test('the log is the same bytes: by cursor while it is written, and as text after; also on a connection that keeps breaking', async () => {
  const repository = await testRepository(info, { files: FILES });
  const { delivery } = await repository.push();
  const id = delivery.build_ids[0] ?? '';
  const path = `/v1/builds/${id}/logs`;
  const proxy = await cuttingProxy(info.api, 700);
  onTestFinished(() => proxy.close());

  const [cursor, cursorCut] = await Promise.all([byCursor(info.api, path), byCursor(proxy.url, path)]);
  expect(await client.build(id)).toMatchObject({ status: 'succeeded' });
  const text = await get(info.api, `${path}?format=text`);
  const cutsByThen = proxy.cuts();
  const textCut = await asText(proxy.url, path);

  expect(text).toMatchObject({ status: 200, whole: true });
  expect(text?.body.toString()).toContain('line 400 of the log: żółw 🐢 and so on\n\n');
  expect(cursor.equals(text?.body ?? Buffer.alloc(0))).toBe(true);
  expect(cursorCut.equals(cursor)).toBe(true);
  expect(textCut.equals(cursor)).toBe(true);
  expect(cutsByThen).toBeGreaterThan(0);
  expect(proxy.cuts() - cutsByThen).toBeGreaterThan(cursor.length / 700 - 1);
});
