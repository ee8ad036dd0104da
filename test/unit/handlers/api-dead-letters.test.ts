import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { DeadLetter } from '#core/dead-letter.ts';
import { tokenHash } from '#core/ids.ts';
import { anApi } from '#test/support/api.ts';
import { aDeadLetter, aTeam, T0 } from '#test/support/memory/examples.ts';
import { memoryStore } from '#test/support/memory/index.ts';
import { aService } from '#test/unit/use-cases/harness.ts';

const TOKEN = 'bft_0123456789abcdef';

/** The API with these letters, and a caller of team `acme`, which operates the installation. */
async function given(...letters: readonly DeadLetter[]) {
  return givenAs(true, ...letters);
}

async function givenAs(operates: boolean, ...letters: readonly DeadLetter[]) {
  const owner = { id: 't-1', team: 'acme' };
  const store = memoryStore({
    teams: [aTeam({ operates }), aTeam({ id: 'other' })],
    tokens: new Map([[tokenHash(TOKEN), owner]]),
  });
  for (const letter of letters) await store.deadLetters.create(letter);
  const service = aService();
  const api = anApi({ store }, service);
  const ask = async (method: string, path: string, authorization = `Bearer ${TOKEN}`) => {
    const answer = await api.request(path, { method, headers: { authorization } });
    return { status: answer.status, body: await answer.json() };
  };
  return { ask, service, store };
}

const other = aDeadLetter('dl-other', { team: 'other', kept_at: T0 + 3 });
const none = aDeadLetter('dl-none', { team: null, kept_at: T0 + 2 });
const own = aDeadLetter('dl-own', { build_id: `b-${'0'.repeat(24)}` });

describe('GET /v1/dead-letters', () => {
  it('shows those of the caller’s team and of none, newest first, and nothing of what is in them', async () => {
    const { ask } = await given(own, none, other);
    const { status, body } = await ask('GET', '/v1/dead-letters');
    expect(status).toBe(200);
    const shown = (id: string, build_id: string | null, kept_at: number) => ({
      id,
      topic: 'deliveries',
      function: 'intake',
      reason: 'the store is not available',
      attempts: 20,
      build_id,
      size_bytes: 14,
      replayable: true,
      kept_at: new Date(kept_at).toISOString(),
      replayed_at: null,
      replays: 0,
    });
    const letters = [shown('dl-none', null, T0 + 2), shown('dl-own', own.build_id, T0)];
    expect(body).toEqual({ dead_letters: letters, next_cursor: null });
  });

  it('shows those of none to nobody else', async () => {
    const { ask } = await givenAs(false, own, none, other);
    const { body } = await ask('GET', '/v1/dead-letters');
    expect(body).toMatchObject({ dead_letters: [{ id: 'dl-own' }], next_cursor: null });
    expect(await ask('POST', '/v1/dead-letters/dl-none/replay')).toMatchObject({ status: 404 });
  });

  it('goes on where a page ended, and refuses what is no cursor', async () => {
    const { ask } = await given(own, none, other);
    const first = await ask('GET', '/v1/dead-letters?limit=1');
    expect(first.body).toMatchObject({ dead_letters: [{ id: 'dl-none' }] });
    const { next_cursor } = z.object({ next_cursor: z.string() }).parse(first.body);
    const second = await ask('GET', `/v1/dead-letters?limit=1&cursor=${next_cursor}`);
    expect(second.body).toMatchObject({ dead_letters: [{ id: 'dl-own' }], next_cursor: null });
    expect(await ask('GET', '/v1/dead-letters?cursor=x')).toMatchObject({ status: 400 });
    expect(await ask('GET', '/v1/dead-letters', 'Bearer none')).toMatchObject({ status: 401 });
  });
});

describe('POST /v1/dead-letters/{id}/replay', () => {
  it('publishes the letter and answers with it', async () => {
    const { ask, service } = await given(own, none);
    for (const id of ['dl-own', 'dl-none']) {
      const { status, body } = await ask('POST', `/v1/dead-letters/${id}/replay`);
      expect(status).toBe(200);
      expect(body).toMatchObject({ id, replays: 1, replayed_at: new Date(service.clock.now).toISOString() });
    }
    expect(service.bus.published.map(({ topic }) => topic)).toEqual(['deliveries', 'deliveries']);
  });

  it.each(['dl-other', 'dl-unknown', '..%2Fdl-own'])('does not know %s', async (id) => {
    const { ask, service, store } = await given(own, other);
    expect(await ask('POST', `/v1/dead-letters/${id}/replay`)).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
    expect(service.bus.published).toEqual([]);
    expect(await store.deadLetters.get('dl-other')).toEqual(other);
  });

  it('answers 409 for one without topic or bytes', async () => {
    const { ask } = await given(aDeadLetter('dl-1', { topic: null }), aDeadLetter('dl-2', { data: null }));
    for (const id of ['dl-1', 'dl-2'])
      expect(await ask('POST', `/v1/dead-letters/${id}/replay`)).toMatchObject({
        status: 409,
        body: { code: 'conflict' },
      });
    expect(await ask('GET', '/v1/dead-letters')).toMatchObject({
      body: { dead_letters: [{ replayable: false }, { replayable: false }] },
    });
  });
});
