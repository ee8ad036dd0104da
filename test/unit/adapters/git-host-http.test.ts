import { createServer, type RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { errorOf, HostRefusal, hostFetch } from '#adapters/git-hosts/http.ts';
import { TransientError, UserError } from '#core/errors.ts';
import { listen } from '#test/support/listen.ts';

/** Asks a server that answers like this. */
async function asked(answer: RequestListener, limits: { timeoutMs?: number; maxBytes?: number } = {}) {
  const { address, close } = await listen(createServer(answer));
  try {
    return await hostFetch({ name: 'GitHub', ...limits })(`http://${address}/`);
  } finally {
    await close();
  }
}

describe('hostFetch', () => {
  it('gives the answer as a whole, unpacked', async () => {
    const response = await asked((_, answer) => {
      answer.writeHead(201, { 'content-encoding': 'gzip', 'x-request-id': '7' }).end(gzipSync('{"a":1}'));
    });
    expect([response.status, response.headers.get('x-request-id')]).toEqual([201, '7']);
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(await response.json()).toEqual({ a: 1 });
  });

  it('takes an answer without a body', async () => {
    const response = await asked((_, answer) => void answer.writeHead(204).end());
    expect([response.status, await response.text()]).toEqual([204, '']);
  });

  it('follows no redirect', async () => {
    const response = await asked((_, answer) => {
      answer.writeHead(301, { location: 'http://127.0.0.1:9/elsewhere' }).end();
    });
    expect(response.status).toBe(301);
  });

  it('waits for no answer without end', async () => {
    const limits = { timeoutMs: 100 };
    await expect(asked(() => {}, limits)).rejects.toThrow(
      new TransientError('GitHub did not answer within 0.1 s'),
    );
    const started: RequestListener = (_, answer) => void answer.writeHead(200).write('{');
    await expect(asked(started, limits)).rejects.toThrow(TransientError);
  });

  it('reads no more than it may, whatever it is told of the size', async () => {
    const body = '7'.repeat(1001);
    const of = (bytes: number) => asked((_, answer) => void answer.end(body), { maxBytes: bytes });
    expect(await (await of(1001)).text()).toBe(body);
    await expect(of(1000)).rejects.toThrow(
      new UserError('refused', 'the answer of GitHub is larger than 1000 bytes'),
    );
    const bomb = gzipSync('7'.repeat(2000));
    const packed: RequestListener = (_, answer) =>
      void answer.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    await expect(asked(packed, { maxBytes: 1000 })).rejects.toThrow(UserError);
  });

  it('says that a host is away which hangs up, or is not there', async () => {
    const hungUp: RequestListener = (request) => void request.socket.destroy();
    await expect(asked(hungUp)).rejects.toThrow(TransientError);
    const brokenOff: RequestListener = (request, answer) => {
      answer.writeHead(200, { 'content-length': 100 }).write('{');
      setTimeout(() => request.socket.destroy(), 20);
    };
    await expect(asked(brokenOff)).rejects.toThrow(TransientError);
    await expect(hostFetch({ name: 'GitHub' })('http://127.0.0.1:1/')).rejects.toThrow(TransientError);
  });
});

describe('errorOf', () => {
  const of = (status: number, headers: Record<string, string> = {}, message = '') =>
    errorOf('GitHub', 'read acme/shop', { status, headers, message });

  it.each([
    [429, {}, ''],
    [403, { 'retry-after': '60' }, ''],
    [403, { 'x-ratelimit-remaining': '0' }, ''],
    [403, { 'x-ratelimit-remaining': '4999' }, 'You have exceeded a secondary rate limit.'],
    [408, {}, ''],
    [500, {}, 'Server Error'],
    [502, {}, ''],
    [503, {}, ''],
  ])('%i may be another answer later', (status, headers, message) => {
    expect(of(status, headers, message)).toBeInstanceOf(TransientError);
  });

  it.each([400, 401, 403, 404, 409, 410, 422, 451])('%i is a no', (status) => {
    const error = of(status, { 'x-ratelimit-remaining': '4999' });
    expect(error).toBeInstanceOf(HostRefusal);
    expect(error).toMatchObject({ code: 'refused', status });
    expect(error.message).toMatch(/^could not read acme\/shop: GitHub /);
  });

  it('says of a redirect that the name is another one now', () => {
    for (const status of [301, 302, 307, 308])
      expect(of(status).message).toBe(
        'could not read acme/shop: GitHub says that it has another name or address now',
      );
  });

  it('passes on what the host says, in one line and not without end', () => {
    expect(of(422, {}, 'Validation\n\tFailed').message).toMatch(/refuses it with 422 \(Validation Failed\)$/);
    expect(of(422, {}, 'x'.repeat(10_000)).message.length).toBeLessThan(400);
  });
});
