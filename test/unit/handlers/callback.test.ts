import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CALLBACK_SIGNATURE_HEADER, type CallbackMessage, signCallback } from '#core/callback.ts';
import { TransientError } from '#core/errors.ts';
import { callbackToken } from '#core/ids.ts';
import { callbackApp } from '#handlers/callback/app.ts';
import { T0 } from '#test/support/memory/examples.ts';
import { aService, EXCHANGE_KEY, runningWithImage } from '../use-cases/harness.ts';

const Problem = z.record(z.string(), z.unknown());

async function setUp() {
  const service = aService();
  const { id } = await runningWithImage(service, 1, { started_at: T0 });
  const refusals: { buildId: string; why: string }[] = [];
  const onRefused = (buildId: string, why: string) => void refusals.push({ buildId, why });
  const deps = { ...service.deps, onRefused, onLeftOver: () => undefined };
  const token = callbackToken(EXCHANGE_KEY, id, 1);
  const post = (text: string, headers: Record<string, string> = {}, buildId = id, app = callbackApp(deps)) =>
    app.fetch(
      new Request(`http://callback/v1/builds/${buildId}/callback`, {
        method: 'POST',
        body: text,
        headers: { [CALLBACK_SIGNATURE_HEADER]: signCallback(token, text), ...headers },
      }),
    );
  const message: CallbackMessage = { version: 1, build_id: id, status: 'RUNNING', at: T0 };
  const running = JSON.stringify(message);
  return { service, deps, id, post, running, refusals };
}

describe('POST /v1/builds/{id}/callback', () => {
  it('answers 204 without a body, and keeps what was said', async () => {
    const { service, id, post, running } = await setUp();
    const response = await post(running);
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(await service.store.builds.get(id)).toMatchObject({ callbacks: ['RUNNING'] });
  });

  it('gives every refusal the same answer, whatever the reason', async () => {
    const { post, running, refusals } = await setUp();
    await post(running);
    const responses = [
      await post(running), // a replay
      await post(running, { [CALLBACK_SIGNATURE_HEADER]: `sha256=${'0'.repeat(64)}` }),
      await post(running, { [CALLBACK_SIGNATURE_HEADER]: '' }),
      await post(running, {}, `b-${'0'.repeat(24)}`), // no such build
      await post(running, {}, 'x'.repeat(1000)),
    ];
    const answers = await Promise.all(
      responses.map(async (response) => {
        const problem = Problem.parse(await response.json());
        return { ...problem, status: response.status, type: response.headers.get('content-type') };
      }),
    );
    const refused = {
      type: 'application/problem+json',
      status: 401,
      title: 'Not authenticated',
      detail: 'The callback is not accepted.',
      code: 'unauthenticated',
      errors: [],
      request_id: expect.any(String),
    };
    expect(answers).toEqual(Array(5).fill(refused));
    expect(new Set(refusals.map(({ why }) => why)).size).toBe(5);
    expect(refusals.at(-1)?.buildId).toBe('x'.repeat(64));
  });

  it('tells the token’s owner of a wrong shape', async () => {
    const { id, post } = await setUp();
    const response = await post(JSON.stringify({ version: 1, build_id: id, status: 'PAUSED' }));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'invalid_request', errors: [{ path: 'status' }] });
  });

  it('takes 64 KiB, and looks at nothing larger', async () => {
    const { service, id, post, running, refusals } = await setUp();
    const padded = (length: number) => running.padEnd(length, ' ');
    expect((await post(padded(65_537))).status).toBe(413);
    expect(await service.store.builds.get(id)).toMatchObject({ callbacks: [] });
    expect((await post(padded(65_536))).status).toBe(204);
    expect(refusals).toEqual([]);
  });

  it('answers 503 where the store is away, and can be asked again', async () => {
    const { deps, id, post, running } = await setUp();
    const { builds } = deps.store;
    const away = () => Promise.reject(new TransientError('the store is not available'));
    const app = callbackApp({ ...deps, store: { builds: { ...builds, get: away } } });
    const response = await post(running, {}, id, app);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('2');
    expect((await post(running)).status).toBe(204);
  });

  it('has no other routes', async () => {
    const { deps, id } = await setUp();
    const get = (path: string) => callbackApp(deps).fetch(new Request(`http://callback${path}`));
    expect((await get('/v1/health')).status).toBe(200);
    expect((await get(`/v1/builds/${id}/callback`)).status).toBe(405);
    expect((await get(`/v1/builds/${id}`)).status).toBe(404);
  });
});
