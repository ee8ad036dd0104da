import { describe, expect, it } from 'vitest';
import { MAX_KEPT_BYTES } from '#core/dead-letter.ts';
import { aDeadLetter, T0 } from '#test/support/memory/examples.ts';
import { eachTest, type MakeStore } from './subject.ts';

export function describeDeadLetters(make: MakeStore): void {
  describe('dead letters', () => {
    const subject = eachTest(make);
    const idsOf = async (...teams: (string | null)[]) =>
      (await subject().store.deadLetters.list(teams, { limit: 10, after: null })).items.map(({ id }) => id);

    it('creates a letter once, and the first one stays', async () => {
      const { deadLetters } = subject().store;
      const first = aDeadLetter('dl-1');
      expect(await deadLetters.create(first)).toBe('created');
      expect(await deadLetters.create(aDeadLetter('dl-1', { reason: 'another' }))).toBe('exists');
      expect(await deadLetters.get('dl-1')).toEqual(first);
      expect(await deadLetters.get('dl-2')).toBeNull();
    });

    it('keeps the largest letter that there may be', async () => {
      const { deadLetters } = subject().store;
      const names = Array.from({ length: 100 }, (_, index) => `${index}`.padEnd(256, 'n'));
      const large = aDeadLetter('dl-1', {
        data: Buffer.alloc(MAX_KEPT_BYTES, 255).toString('base64'),
        attributes: Object.fromEntries(names.map((name) => [name, 'v'.repeat(1024)])),
        reason: '…'.repeat(2000),
      });
      await deadLetters.create(large);
      expect(await deadLetters.get('dl-1')).toEqual(large);
    });

    it('lists those of a team, and those of none where they are asked for, newest first', async () => {
      const { deadLetters } = subject().store;
      for (const [id, at, team] of [
        ['dl-2', 2, null],
        ['dl-1', 1, 'acme'],
        ['dl-3', 3, 'acme'],
        ['dl-4', 4, 'other'],
        ['dl-5', 5, 'none'],
      ] as const) {
        await deadLetters.create(aDeadLetter(id, { team, kept_at: T0 + at }));
      }
      expect(await idsOf('acme', null)).toEqual(['dl-3', 'dl-2', 'dl-1']);
      expect(await idsOf('acme')).toEqual(['dl-3', 'dl-1']);
      expect(await idsOf('other')).toEqual(['dl-4']);
      expect(await idsOf('nobody', null)).toEqual(['dl-2']);
    });

    it('pages without repeats or gaps, also between two of one ms', async () => {
      const { deadLetters } = subject().store;
      const made = ['dl-a', 'dl-b', 'dl-c', 'dl-d', 'dl-e'].map((id, index) =>
        aDeadLetter(id, { team: index % 2 === 0 ? 'acme' : null, kept_at: T0 + Math.floor(index / 2) }),
      );
      for (const letter of made) await deadLetters.create(letter);
      const first = await deadLetters.list(['acme', null], { limit: 2, after: null });
      const second = await deadLetters.list(['acme', null], { limit: 2, after: first.next });
      const third = await deadLetters.list(['acme', null], { limit: 2, after: second.next });
      const seen = [first, second, third].flatMap(({ items }) => items.map(({ id }) => id));
      expect(seen).toEqual(['dl-e', 'dl-d', 'dl-c', 'dl-b', 'dl-a']);
      expect(third.next).toBeNull();
      const forged = deadLetters.list(['acme', null], { limit: 2, after: 'x/../y' });
      await expect(forged).rejects.toMatchObject({ name: 'UserError', code: 'invalid_request' });
    });

    it('counts every replay, also those at the same time', async () => {
      const { deadLetters } = subject().store;
      const letter = aDeadLetter('dl-1');
      await deadLetters.create(letter);
      const once = { ...letter, replayed_at: T0 + 5, replays: 1 };
      expect(await deadLetters.markReplayed('dl-1', T0 + 5)).toEqual(once);
      await Promise.all([1, 2, 3].map(() => deadLetters.markReplayed('dl-1', T0 + 6)));
      expect(await deadLetters.get('dl-1')).toEqual({ ...letter, replayed_at: T0 + 6, replays: 4 });
      await expect(deadLetters.markReplayed('dl-2', T0)).rejects.toMatchObject({ code: 'not_found' });
      expect(await idsOf('acme')).toEqual(['dl-1']);
    });
  });
}
