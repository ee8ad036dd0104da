import { describe, expect, it } from 'vitest';
import { T0 } from '#test/support/memory/examples.ts';
import { eachTest, type MakeStore } from './subject.ts';

export function describeChores(make: MakeStore): void {
  describe('chores', () => {
    const subject = eachTest(make);
    const turn = (now: number, name = 'redeliver') => subject().store.chores.takeTurn(name, now, 600);

    it('is somebody’s turn once in the time that it has', async () => {
      expect(await turn(T0)).toBe(true);
      expect(await turn(T0)).toBe(false);
      expect(await turn(T0 + 599)).toBe(false);
      expect(await turn(T0, 'another')).toBe(true);
      expect(await turn(T0 + 600)).toBe(true);
      expect(await turn(T0 + 601)).toBe(false);
    });

    it('is one caller’s turn of several at once', async () => {
      const turns = await Promise.all([turn(T0), turn(T0), turn(T0), turn(T0)]);
      expect(turns.filter((own) => own)).toHaveLength(1);
    });
  });
}
