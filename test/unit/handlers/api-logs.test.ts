import { describe, expect, it } from 'vitest';
import { tokenHash } from '#core/ids.ts';
import { anApi } from '#test/support/api.ts';
import { aBuild, aChunk, aTeam } from '#test/support/memory/examples.ts';
import { memoryStore } from '#test/support/memory/index.ts';
import { aService } from '#test/unit/use-cases/harness.ts';

const TOKEN = 'bft_0123456789abcdef';
const TEXT = 'żółw\nline 1\n\n';

/** A log of three lines, whose build has ended or goes on. */
async function given(status: 'running' | 'succeeded') {
  const service = aService();
  const tokens = new Map([[tokenHash(TOKEN), { id: 't-1', team: 'acme' }]]);
  const store = memoryStore({ tokens, teams: [aTeam()] });
  const end = status === 'succeeded' ? { finished_at: 1, last_log_chunk: 2 } : {};
  const build = aBuild('x', { status, attempt: 1, order: 1, ...end });
  await store.builds.create(build);
  for (const [number, text] of ['żółw', 'line 1', ''].entries())
    await store.logs.create(aChunk(build.id, number, text), 1);
  const api = anApi({ store }, service);
  return async (range?: string) => {
    const headers = { authorization: `Bearer ${TOKEN}`, ...(range === undefined ? {} : { range }) };
    const answer = await api.request(`/v1/builds/${build.id}/logs?format=text`, { headers });
    const shown = ['content-type', 'content-length', 'content-range', 'x-log-complete'];
    return [answer.status, await answer.text(), ...shown.map((name) => answer.headers.get(name))];
  };
}

describe('GET /v1/builds/{id}/logs?format=text', () => {
  const type = 'text/plain; charset=utf-8';

  it('gives the whole log, and says whether it is complete', async () => {
    expect(await (await given('succeeded'))()).toEqual([200, TEXT, type, '16', null, 'true']);
    expect(await (await given('running'))()).toEqual([200, TEXT, type, '16', null, 'false']);
  });

  it('goes on at a byte, and says where that is', async () => {
    const ask = await given('running');
    expect(await ask('bytes=8-')).toEqual([206, TEXT.slice(5), type, '8', 'bytes 8-15/16', 'false']);
    expect(await ask('bytes=0-')).toEqual([206, TEXT, type, '16', 'bytes 0-15/16', 'false']);
    expect(await ask('bytes=16-')).toEqual([
      ...[416, expect.stringContaining('"code":"range_not_satisfiable"'), 'application/problem+json'],
      ...[null, 'bytes */16', 'false'],
    ]);
  });

  it.each(['bytes=0-3', 'bytes=-3', 'bytes=0-1,3-4', 'lines=1-', 'bytes=99999999999999-'])(
    'leaves %s aside',
    async (range) => {
      expect(await (await given('succeeded'))(range)).toEqual([200, TEXT, type, '16', null, 'true']);
    },
  );
});
