import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Build } from '#core/build.ts';
import { tokenHash } from '#core/ids.ts';
import { anApi } from '#test/support/api.ts';
import { aBuild, aRepository, aTeam, T0 } from '#test/support/memory/examples.ts';
import { memoryStore } from '#test/support/memory/index.ts';

const TOKEN = 'bft_0123456789abcdef';
const Answer = z.object({
  builds: z.array(z.object({ id: z.string() })),
  next_cursor: z.string().nullable(),
});

/** The API with these builds, and what it answers to a query of a caller of team `acme`. */
async function given(...builds: readonly Build[]) {
  const tokens = new Map([[tokenHash(TOKEN), { id: 't-1', team: 'acme' }]]);
  const store = memoryStore({ teams: [aTeam()], tokens });
  await store.repositories.create(aRepository());
  for (const build of builds) await store.builds.create(build);
  const api = anApi({ store });
  const ask = async (query: string) => {
    const answer = await api.request(`/v1/builds?${query}`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    return { status: answer.status, body: await answer.json() };
  };
  const ids = async (query: string) => Answer.parse((await ask(query)).body).builds.map(({ id }) => id);
  return { ask, ids };
}

const plain = aBuild('plain', { created_at: T0 });
const failed = aBuild('failed', { status: 'failed', builder_type: 'nixpacks', created_at: T0 + 1000 });
const other = aBuild('other', {
  status: 'running',
  repository_id: 'r-other',
  ref: 'refs/heads/next',
  created_at: T0 + 2000,
});
const tagged = aBuild('tagged', { ref: 'refs/tags/main', status: 'expired', created_at: T0 + 3000 });

describe('GET /v1/builds', () => {
  it('narrows the list by each filter', async () => {
    const { ids } = await given(plain, failed, other, tagged);
    expect(await ids('')).toEqual([tagged.id, other.id, failed.id, plain.id]);
    expect(await ids('status=failed')).toEqual([failed.id]);
    expect(await ids('status=failed&status=queued')).toEqual([failed.id, plain.id]);
    expect(await ids('branch=next')).toEqual([other.id]);
    expect(await ids('branch=main')).toEqual([failed.id, plain.id]);
    expect(await ids('builder_type=nixpacks')).toEqual([failed.id]);
    expect(await ids('repository_id=r-other')).toEqual([other.id]);
    expect(await ids('repository_id=acme/shop&status=expired')).toEqual([tagged.id]);
    expect(await ids('repository_id=r-unknown')).toEqual([]);
    expect(await ids(`since=${new Date(T0 + 2000).toISOString()}`)).toEqual([tagged.id, other.id]);
    expect(await ids('since=2026-01-01T02:00:03%2B02:00')).toEqual([tagged.id]);
  });

  it('keeps the filters while paging', async () => {
    const { ask } = await given(plain, failed, other, tagged);
    const first = Answer.parse((await ask('branch=main&limit=1')).body);
    const second = Answer.parse((await ask(`branch=main&limit=1&cursor=${first.next_cursor}`)).body);
    const both = [...first.builds, ...second.builds].map(({ id }) => id);
    expect([both, second.next_cursor]).toEqual([[failed.id, plain.id], null]);
  });

  it('finds what the start of an id stands for, by itself only', async () => {
    const { ask, ids } = await given(plain, failed, aBuild('of another team', { team: 'other' }));
    const both = [plain.id, failed.id].toSorted();
    expect(await ids('id_prefix=b-0')).toEqual(both.filter((id) => id.startsWith('b-0')));
    expect(await ids(`id_prefix=${plain.id}`)).toEqual([plain.id]);
    expect(await ids(`id_prefix=${plain.id.slice(0, 9)}`)).toEqual([plain.id]);
    expect(await ids(`id_prefix=${aBuild('of another team').id}`)).toEqual([]);
    for (const query of ['id_prefix=b-', 'id_prefix=abc', 'id_prefix=b-x', `id_prefix=${plain.id}0`])
      expect([query, (await ask(query)).status]).toEqual([query, 400]);
    for (const other of ['status=failed', 'branch=main', 'repository_id=r-1', 'cursor=1.b-1'])
      expect(await ask(`id_prefix=b-1&${other}`)).toMatchObject({
        status: 422,
        body: { errors: [{ path: other.split('=')[0], message: 'cannot be given with id_prefix' }] },
      });
    expect((await ask('id_prefix=b-1&limit=1')).status).toBe(200);
  });

  it('refuses what is no filter or no value of one', async () => {
    const { ask } = await given();
    for (const query of [
      'status=done',
      'status=',
      'since=yesterday',
      'branch=..',
      'sort=id',
      'builder_type=x',
    ]) {
      const { status, body } = await ask(query);
      expect([query, status, z.object({ code: z.string() }).parse(body).code]).toEqual([
        query,
        400,
        'invalid_request',
      ]);
    }
    expect((await ask('repository_id=acme/unknown')).status).toBe(404);
  });
});
