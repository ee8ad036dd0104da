import { describe, expect, it } from 'vitest';
import { IDEMPOTENCY_MS } from '#core/idempotency.ts';
import { T0 } from '#test/support/memory/examples.ts';
import { eachTest, type MakeStore } from './subject.ts';

export function describeIdempotency(make: MakeStore): void {
  describe('idempotency keys', () => {
    const subject = eachTest(make);
    const first = { version: 1, request_hash: 'h-1', started_at: T0, answer: null };
    const answer = { status: 201, body: '{"id":"b-1"}' };

    it('keeps the first use of a key, whoever comes at the same time', async () => {
      const { idempotency } = subject().store;
      const uses = await Promise.all([
        ...['h-1', 'h-1', 'h-1'].map((hash) => idempotency.begin('k', hash, T0)),
      ]);
      expect(uses).toEqual([first, first, first]);
      expect(await idempotency.begin('k', 'h-2', T0 + 1)).toEqual(first);
      expect(await idempotency.begin('other', 'h-2', T0 + 1)).toMatchObject({ request_hash: 'h-2' });
    });

    it('keeps the first answer, and gives it to whoever finishes later', async () => {
      const { idempotency } = subject().store;
      await idempotency.begin('k', 'h-1', T0);
      expect(await idempotency.finish('k', T0, answer)).toEqual(answer);
      expect(await idempotency.finish('k', T0, { status: 201, body: 'another' })).toEqual(answer);
      expect(await idempotency.begin('k', 'h-1', T0 + IDEMPOTENCY_MS - 1)).toEqual({ ...first, answer });
    });

    it('begins anew after 24 h, and an answer to the use before is not that of the new one', async () => {
      const { idempotency } = subject().store;
      await idempotency.begin('k', 'h-1', T0);
      const later = T0 + IDEMPOTENCY_MS;
      const second = { ...first, request_hash: 'h-2', started_at: later };
      expect(await idempotency.begin('k', 'h-2', later)).toEqual(second);
      expect(await idempotency.finish('k', T0, answer)).toEqual(answer);
      expect(await idempotency.begin('k', 'h-2', later)).toEqual(second);
    });
  });
}
