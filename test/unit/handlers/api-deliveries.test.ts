import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Delivery } from '#core/delivery.ts';
import { keptBody } from '#core/delivery-body.ts';
import { tokenHash } from '#core/ids.ts';
import { anApi } from '#test/support/api.ts';
import { aDelivery, aRepository, aTeam, sha, T0 } from '#test/support/memory/examples.ts';
import { memoryStore } from '#test/support/memory/index.ts';
import { aService, published } from '#test/unit/use-cases/harness.ts';

const TOKEN = 'bft_0123456789abcdef';
const shop = aRepository();
const OF_SHOP = { team: 'acme', repository_id: shop.id, verdict: 'ignored', decided_at: T0 + 9 } as const;

/** The API for a caller of `acme`, which has `acme/shop`; `other` has `other/site`. */
async function given({ operates = false } = {}, ...deliveries: readonly Delivery[]) {
  const store = memoryStore({
    teams: [aTeam({ operates }), aTeam({ id: 'other' })],
    tokens: new Map([[tokenHash(TOKEN), { id: 't-1', team: 'acme' }]]),
  });
  await store.repositories.create(shop);
  await store.repositories.create(aRepository({ full_name: 'other/site', team: 'other' }));
  for (const delivery of deliveries)
    await store.deliveries.create(delivery, keptBody({ of: delivery.id }, 13));
  const service = aService();
  const api = anApi({ store }, service);
  const ask = async (method: string, path: string, headers: Record<string, string> = {}) => {
    const sent = { authorization: `Bearer ${TOKEN}`, ...headers };
    const answer = await api.request(path, { method, headers: sent });
    return { status: answer.status, body: await answer.json(), headers: answer.headers };
  };
  const ids = async (query = '') => {
    const { body } = await ask('GET', `/v1/deliveries${query}`);
    return z
      .object({ deliveries: z.array(z.object({ id: z.string() })) })
      .parse(body)
      .deliveries.map(({ id }) => id);
  };
  return { ask, ids, service, store };
}

const one = aDelivery('d-1', {}, { ...OF_SHOP, reason: 'a ping', headers: { 'x-event': 'e-1' } });
const two = aDelivery(
  'd-2',
  {},
  { ...OF_SHOP, verdict: 'accepted', build_ids: ['b-1'], received_at: T0 + 1 },
);
const none = aDelivery('d-3', { repository: 'acme/none' }, { verdict: 'ignored', received_at: T0 + 2 });
const others = aDelivery('d-4', {}, { ...OF_SHOP, team: 'other', received_at: T0 + 3 });

describe('GET /v1/deliveries', () => {
  it('lists those of the caller’s team, newest first', async () => {
    const { ask, ids } = await given({}, one, two, none, others);
    expect(await ids()).toEqual(['d-2', 'd-1']);
    const { body } = await ask('GET', '/v1/deliveries');
    expect(body).toMatchObject({
      deliveries: [
        {
          id: 'd-2',
          platform: 'github',
          event: 'push',
          repository: 'acme/shop',
          repository_id: shop.id,
          ref: 'refs/heads/main',
          commit_sha: sha('a'),
          pull_request: null,
          received_at: new Date(T0 + 1).toISOString(),
          verdict: 'accepted',
          reason: null,
          build_ids: ['b-1'],
          decided_at: new Date(T0 + 9).toISOString(),
          replay_of: null,
        },
        { id: 'd-1', reason: 'a ping' },
      ],
      next_cursor: null,
    });
    expect(JSON.stringify(body)).not.toContain('x-event');
  });

  it('narrows the list by repository, by its name too, and by verdict, page by page', async () => {
    const { ask, ids } = await given({}, one, two);
    expect(await ids(`?repository_id=${shop.id}&verdict=ignored`)).toEqual(['d-1']);
    expect(await ids('?repository_id=acme/shop')).toEqual(['d-2', 'd-1']);
    expect(await ids('?repository_id=r-none')).toEqual([]);
    const first = await ask('GET', '/v1/deliveries?limit=1');
    const { next_cursor } = z.object({ next_cursor: z.string() }).parse(first.body);
    expect(await ids(`?limit=1&cursor=${next_cursor}`)).toEqual(['d-1']);
    expect(await ask('GET', '/v1/deliveries?repository_id=other/site')).toMatchObject({ status: 404 });
    expect(await ask('GET', '/v1/deliveries?verdict=lost')).toMatchObject({ status: 400 });
  });

  it('lists those of no team to operators alone', async () => {
    const operator = await given({ operates: true }, one, none);
    expect(await operator.ids('?repository_id=none')).toEqual(['d-3']);
    expect(await operator.ids()).toEqual(['d-1']);
    const anybody = await given({}, one, none);
    expect(await anybody.ask('GET', '/v1/deliveries?repository_id=none')).toMatchObject({ status: 403 });
  });
});

describe('GET /v1/deliveries/{id}', () => {
  it('tells what was in it', async () => {
    const { ask } = await given({}, one);
    expect(await ask('GET', '/v1/deliveries/d-1')).toMatchObject({
      status: 200,
      body: {
        id: 'd-1',
        headers: { 'x-event': 'e-1' },
        body: { content: { of: 'd-1' }, size_bytes: 13, note: null },
      },
    });
  });

  it('tells what became of one of no team, but what was in it to operators alone', async () => {
    const anybody = await given({}, none);
    expect(await anybody.ask('GET', '/v1/deliveries/d-3')).toMatchObject({
      status: 200,
      body: { id: 'd-3', headers: {}, body: null },
    });
    const operator = await given({ operates: true }, none);
    expect((await operator.ask('GET', '/v1/deliveries/d-3')).body).toMatchObject({
      body: { content: { of: 'd-3' } },
    });
  });

  it('knows nothing of another team’s, decided or not, whatever its event', async () => {
    const push = aDelivery('d-5', { repository: 'other/site' });
    const rerun = { kind: 'rerun', repository: 'other/site', host_id: null, commit_sha: sha('a') } as const;
    const { ask } = await given({ operates: true }, others, push, { ...aDelivery('d-6'), event: rerun });
    for (const id of ['d-4', 'd-5', 'd-6', 'd-unknown', '..%2Fd-1'])
      expect(await ask('GET', `/v1/deliveries/${id}`)).toMatchObject({ status: 404 });
  });
});

describe('POST /v1/deliveries/{id}/replay', () => {
  it('takes it in again', async () => {
    const { ask, service, store } = await given({}, one);
    const { status, body } = await ask('POST', '/v1/deliveries/d-1/replay');
    expect(status).toBe(201);
    expect(body).toMatchObject({ replay_of: 'd-1', verdict: 'received', reason: null, decided_at: null });
    const { id } = z.object({ id: z.string() }).parse(body);
    expect(published(service, 'deliveries')).toEqual([{ version: 1, delivery_id: id }]);
    expect(await store.deliveries.body(id)).toMatchObject({ text: '{"of":"d-1"}' });
  });

  it('takes in what came before the team connected the repository', async () => {
    const early = aDelivery('d-8', {}, { verdict: 'ignored', reason: 'it is not connected' });
    const { ask } = await given({}, early);
    expect(await ask('POST', '/v1/deliveries/d-8/replay')).toMatchObject({ status: 201 });
    expect(await ask('GET', '/v1/deliveries/d-8')).toMatchObject({ body: { headers: {}, body: null } });
  });

  it('is done once for one key', async () => {
    const { ask, store } = await given({}, one);
    const key = { 'idempotency-key': 'k' };
    const first = await ask('POST', '/v1/deliveries/d-1/replay', key);
    const again = await ask('POST', '/v1/deliveries/d-1/replay', key);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    const all = { repositoryId: null, verdict: null };
    expect((await store.deliveries.list('acme', all, { limit: 9, after: null })).items).toHaveLength(2);
  });

  it('refuses one whose repository another team has by now: it would build there', async () => {
    for (const team of ['acme', null]) {
      const moved = aDelivery('d-7', { repository: 'other/site' }, { ...OF_SHOP, team });
      const { ask, service } = await given({ operates: true }, moved);
      const { status } = await ask('POST', '/v1/deliveries/d-7/replay');
      expect(status).toBe(team === null ? 404 : 409);
      expect(service.bus.published).toEqual([]);
    }
  });

  it('refuses another team’s, one that is not decided, and one of no team', async () => {
    const { ask, service } = await given({}, others, aDelivery('d-5'), none, { ...one, verdict: 'received' });
    expect(await ask('POST', '/v1/deliveries/d-4/replay')).toMatchObject({ status: 404 });
    expect(await ask('POST', '/v1/deliveries/d-1/replay')).toMatchObject({ status: 409 });
    expect(await ask('POST', '/v1/deliveries/d-3/replay')).toMatchObject({ status: 403 });
    expect(service.bus.published).toEqual([]);
  });
});
