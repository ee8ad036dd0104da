import { describe, expect, it } from 'vitest';
import { TransientError } from '#core/errors.ts';
import { IDEMPOTENCY_MS } from '#core/idempotency.ts';
import { aBuild, sha } from '#test/support/memory/examples.ts';
import { Answer, aCreator } from './create-harness.ts';

describe('Idempotency-Key', () => {
  const key = { 'idempotency-key': 'k-1' };

  it('gives the same answer for the same request, in whatever order its fields come', async () => {
    const { create, all, head } = await aCreator();
    const first = await create({ branch: 'main', build_config: { environment: { A: '1', B: '2' } } }, key);
    head.sha = sha('b');
    const again = await create({ build_config: { environment: { B: '2', A: '1' } }, branch: 'main' }, key);
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect([first, again].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
    expect(await all()).toHaveLength(1);
  });

  it('is refused for another request, and takes no part in the key of another operation', async () => {
    const { create, post, store, all } = await aCreator();
    await store.builds.create(aBuild('old', { status: 'failed', finished_at: 1, ref: 'refs/heads/main' }));
    await create({ branch: 'main' }, key);
    expect(await create({ branch: 'main', image_tag: 'x' }, key)).toMatchObject({ status: 409 });
    expect(await post(`/v1/builds/${aBuild('old').id}/retry`, {}, key)).toMatchObject({ status: 201 });
    expect(await all()).toHaveLength(3);
  });

  it('may be used again after 24 h', async () => {
    const { create, service, all } = await aCreator();
    const first = await create({ branch: 'main' }, key);
    service.clock.now += IDEMPOTENCY_MS;
    const second = await create({ branch: 'main', image_tag: 'x' }, key);
    expect(second.status).toBe(201);
    expect(second.body).not.toMatchObject({ id: Answer.parse(first.body).id });
    expect(await all()).toHaveLength(2);
  });

  it('makes one build where many ask at once, and all get its answer', async () => {
    const { create, all } = await aCreator();
    const answers = await Promise.all(Array.from({ length: 10 }, () => create({ branch: 'main' }, key)));
    const [build] = await all();
    expect(await all()).toHaveLength(1);
    for (const { status, body } of answers)
      expect({ status, body }).toMatchObject({ status: 201, body: { id: build?.id } });
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  });

  it('finds the build that a try made which died before it could answer', async () => {
    const { create, all, head, store } = await aCreator();
    const { finish } = store.idempotency;
    let away = true;
    Object.assign(store.idempotency, {
      finish: async (...args: Parameters<typeof finish>) => {
        if (away) throw new TransientError('the store is away');
        return finish(...args);
      },
    });
    expect(await create({ branch: 'main' }, key)).toMatchObject({ status: 503 });
    away = false;
    head.sha = sha('b');
    expect(await create({ branch: 'main' }, key)).toMatchObject({
      status: 201,
      body: { commit_sha: sha('a') },
    });
    expect(await all()).toHaveLength(1);
  });

  it.each(['', 'with space', 'ż', 'x'.repeat(256)])('refuses %j as a key', async (value) => {
    const { create } = await aCreator();
    const answer = await create({}, { 'idempotency-key': encodeURI(value) === value ? value : 'a b' });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: 'idempotency-key' }] } });
  });
});
