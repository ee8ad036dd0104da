import { describe, expect, it } from 'vitest';
import { aDestination, digestOf, SHOP, T0 } from '#test/support/memory/examples.ts';
import { eachTest, type MakeStore } from './subject.ts';

export function describeImageLocks(make: MakeStore): void {
  describe('image locks', () => {
    const subject = eachTest(make);
    const DIGEST = digestOf('1');

    it('are taken by one at a time, until they expire', async () => {
      const { imageLocks } = subject().store;
      const takers = ['one', 'two', 'three'].map((holder) => imageLocks.take(SHOP, DIGEST, holder, T0, 1000));
      expect((await Promise.all(takers)).filter((taken) => taken)).toHaveLength(1);
      expect(await imageLocks.isTaken(SHOP, DIGEST, T0 + 999)).toBe(true);
      expect(await imageLocks.isTaken(SHOP, DIGEST, T0 + 1000)).toBe(false);
      expect(await imageLocks.take(SHOP, DIGEST, 'late', T0 + 999, 1000)).toBe(false);
      expect(await imageLocks.take(SHOP, DIGEST, 'late', T0 + 1000, 1000)).toBe(true);
    });

    it('are given back by their holder only', async () => {
      const { imageLocks } = subject().store;
      await imageLocks.take(SHOP, DIGEST, 'one', T0, 1000);
      expect(await imageLocks.take(SHOP, DIGEST, 'one', T0 + 5, 1000)).toBe(true);
      await imageLocks.release(SHOP, DIGEST, 'two');
      expect(await imageLocks.isTaken(SHOP, DIGEST, T0 + 5)).toBe(true);
      await imageLocks.release(SHOP, DIGEST, 'one');
      await imageLocks.release(SHOP, DIGEST, 'one');
      expect(await imageLocks.isTaken(SHOP, DIGEST, T0 + 5)).toBe(false);
    });

    it('are one for each digest and destination', async () => {
      const { imageLocks } = subject().store;
      await imageLocks.take(SHOP, DIGEST, 'one', T0, 1000);
      const elsewhere = aDestination('acme/shop', { registry: 'ghcr.io/acme' });
      expect(await imageLocks.take(SHOP, digestOf('2'), 'two', T0, 1000)).toBe(true);
      expect(await imageLocks.take(elsewhere, DIGEST, 'two', T0, 1000)).toBe(true);
    });
  });
}
