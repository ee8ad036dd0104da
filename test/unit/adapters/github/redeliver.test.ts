import { expect, it } from 'vitest';
import { dueOf } from '#adapters/git-hosts/github/redeliver.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const T0 = 1_700_000_000_000;
let ids = 0;

/** Tries of a delivery: minutes since T0 and the answer; all but the first were asked for. */
function tries(guid: string, ...each: readonly (readonly [minutes: number, status: number])[]) {
  return each.map(([minutes, status_code], at) => ({
    id: String(++ids),
    guid,
    delivered_at: T0 + minutes * MINUTE,
    redelivery: at > 0,
    status_code,
  }));
}
const due = (all: ReturnType<typeof tries>, now: number) => dueOf(all, now).map(({ guid }) => guid);

it('is what nobody took: neither the first time nor later', () => {
  const all = [
    ...tries('taken', [0, 202]),
    ...tries('lost', [1, 502]),
    ...tries('slow', [0, 504]),
    ...tries('refused', [2, 401]),
    ...tries('taken later', [0, 500], [3, 202]),
  ];
  expect(due(all, T0 + HOUR)).toEqual(['slow', 'lost', 'refused']);
  expect(due(all.toReversed(), T0 + HOUR)).toEqual(['slow', 'lost', 'refused']);
});

it('is asked for three times, further and further apart', () => {
  const once = tries('lost', [0, 502]);
  const twice = tries('lost', [0, 502], [10, 502]);
  const thrice = tries('lost', [0, 502], [10, 502], [70, 502]);
  const often = tries('lost', [0, 502], [10, 502], [70, 502], [430, 502]);
  const [last] = twice.slice(-1);
  expect(due(once, T0)).toEqual(['lost']);
  expect(due(twice, T0 + 69 * MINUTE)).toEqual([]);
  expect(dueOf(twice, T0 + 70 * MINUTE)).toEqual([last]);
  expect(due(thrice, T0 + 70 * MINUTE + 5 * HOUR)).toEqual([]);
  expect(due(thrice, T0 + 70 * MINUTE + 6 * HOUR)).toEqual(['lost']);
  expect(due(often, T0 + 72 * HOUR)).toEqual([]);
});
