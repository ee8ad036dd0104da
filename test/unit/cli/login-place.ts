import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject } from 'vitest';
import { z } from 'zod';
import { GRANT_MS } from '#core/device-grant.ts';
import { serveApi } from '#test/support/cli/serve-api.ts';
import { ANN, aDeviceApi } from '../handlers/device-harness.ts';

export const TOKEN = 'bft_given0123456789abcdef0123456789';

/** A service, and somebody's home. The terminal's name for itself, and when it asks, are those of the service. */
export async function aPlace(answers: Partial<{ interval: number; origin: string }> = {}) {
  const service = await aDeviceApi();
  service.clock.now = Date.now();
  let url = '';
  // Its address is known only once it serves; and nobody waits three seconds here.
  const fetch = async (request: Request) => {
    const answer = await service.api.fetch(request);
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith('/v1/device/')) return answer;
    const { origin = url, interval = 0 } = answers;
    const text = (await answer.text()).replaceAll('https://builds.example.com', origin);
    const body = JSON.parse(text);
    return Response.json({ ...body, ...('interval' in body && { interval }) }, { status: answer.status });
  };
  url = await serveApi({ fetch });
  const home = await mkdtemp(join(inject('temporary'), 'home-'));
  const credentials = join(home, '.config/bitflow/credentials.json');
  const kept = async () => {
    const text = await readFile(credentials, 'utf8').catch(() => '{"tokens":{}}');
    return Kept.parse(JSON.parse(text)).tokens[url]?.token ?? null;
  };
  /** Answers the terminal that has asked, once one has. */
  const answer = async (how: 'approve' | 'deny' | 'expire') => {
    await expect.poll(() => service.state.deviceGrants.size).toBe(1);
    const [id = ''] = service.state.deviceGrants.keys();
    const { now } = service.clock;
    if (how === 'expire') service.clock.now += GRANT_MS;
    else if (how === 'deny') await service.store.deviceGrants.answer(id, { type: 'deny', email: ANN }, now);
    else await service.store.deviceGrants.answer(id, { type: 'approve', email: ANN, team: 'acme' }, now);
    return id;
  };
  return { ...service, url, home, credentials, kept, answer, env: { HOME: home, BITFLOW_URL: url } };
}
export const Kept = z.object({ tokens: z.record(z.string(), z.object({ token: z.string() })) });
