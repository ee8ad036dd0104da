import { describe, expect, it } from 'vitest';
import { aChunk, T0 } from '#test/support/memory/examples.ts';
import { eachTest, type MakeStore, seedBuild } from './subject.ts';

/** Longer than any store takes to notice, shorter than a test may last. */
const LONG_MS = 30_000;

export function describeLogs(make: MakeStore): void {
  describe('logs', () => {
    const subject = eachTest(make);

    it('creates a chunk once, and the first one stays', async () => {
      const { logs } = subject().store;
      expect(await logs.create(aChunk('b-1', 0, 'first'), T0)).toBe('created');
      expect(await logs.create(aChunk('b-1', 0, 'second'), T0)).toBe('exists');
      expect(await logs.read('b-1', 1, 0, 10)).toEqual([aChunk('b-1', 0, 'first')]);
    });

    it('reads the chunks of an attempt from a number on, in order, with holes left out', async () => {
      const { logs } = subject().store;
      for (const chunk of [10, 0, 2, 9, 100]) await logs.create(aChunk('b-1', chunk), T0);
      await logs.create(aChunk('b-1', 3, 'another attempt', 2), T0);
      await logs.create(aChunk('b-2', 4, 'another build'), T0);
      const numbers = async (from: number, limit: number) =>
        (await logs.read('b-1', 1, from, limit)).map(({ chunk }) => chunk);
      expect(await numbers(0, 99)).toEqual([0, 2, 9, 10, 100]);
      expect(await numbers(3, 2)).toEqual([9, 10]);
      expect(await numbers(101, 99)).toEqual([]);
      expect((await logs.read('b-1', 2, 0, 99)).map(({ chunk }) => chunk)).toEqual([3]);
    });

    it('does not wait where the chunk is there already', async () => {
      const { logs } = subject().store;
      await logs.create(aChunk('b-1', 5), T0);
      await logs.wait('b-1', 1, 5, T0, LONG_MS);
    });

    it('wakes on the chunk with this number of this attempt: those around a hole do not count', async () => {
      const { logs } = subject().store;
      let woken = false;
      await logs.create(aChunk('b-1', 7), T0);
      const waiting = logs.wait('b-1', 1, 5, T0, LONG_MS).then(() => {
        woken = true;
      });
      await logs.create(aChunk('b-1', 4), T0);
      await logs.create(aChunk('b-1', 6), T0);
      await logs.create(aChunk('b-1', 5, 'another attempt', 2), T0);
      // A second wait with a short time-out ends after the creates were seen: the first must still wait.
      await logs.wait('b-1', 1, 8, T0, 300);
      expect(woken).toBe(false);
      await logs.create(aChunk('b-1', 5), T0);
      await waiting;
    });

    it('wakes when the build changes after `since`, and at once where it has', async () => {
      const { store } = subject();
      const { id } = await seedBuild(store, 'one', { order: 1, updated_at: T0 });
      const waiting = store.logs.wait(id, 1, 0, T0, LONG_MS);
      await store.builds.apply(id, { type: 'claimed', at: T0 + 1 });
      await waiting;
      await store.logs.wait(id, 1, 0, T0, LONG_MS);
    });

    it('ends at the time-out where nothing happens', async () => {
      const { store } = subject();
      const { id } = await seedBuild(store, 'one');
      await store.logs.wait(id, 1, 0, T0, 50);
      expect(await store.logs.read(id, 1, 0, 1)).toEqual([]);
    });
  });
}
