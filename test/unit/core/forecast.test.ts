import { describe, expect, it } from 'vitest';
import { forecast, type PoolNow } from '#core/forecast.ts';

const pool = (fields: Partial<PoolNow>): PoolNow => ({
  now: 1000,
  capacity: 2,
  buildMs: 100,
  served: [],
  limits: new Map(),
  running: [],
  waiting: [],
  ...fields,
});
const positions = (given: PoolNow, team: string, most = 9) =>
  forecast(given, team, most).map(({ position }) => position);
const waits = (given: PoolNow, team: string) =>
  forecast(given, team, 9).map(({ startsAt }) => startsAt - given.now);

describe('forecast', () => {
  it('starts what fits at once, and the others when slots get free', () => {
    const given = pool({ running: [{ team: 'a', since: 940 }], waiting: [{ team: 'a', count: 4 }] });
    expect(positions(given, 'a')).toEqual([1, 2, 3, 4]);
    expect(waits(given, 'a')).toEqual([0, 40, 100, 140]);
  });

  it('lets a small team in between a large one’s builds', () => {
    const running = [
      { team: 'a', since: 1000 },
      { team: 'a', since: 1000 },
    ];
    const waiting = [
      { team: 'a', count: 200 },
      { team: 'b', count: 2 },
    ];
    const given = pool({ running, waiting, served: ['a'] });
    expect(positions(given, 'b')).toEqual([1, 3]);
    expect(positions(given, 'a', 3)).toEqual([2, 4, 5]);
  });

  it('keeps to a team’s limit', () => {
    const waiting = [{ team: 'a', count: 3 }];
    expect(waits(pool({ waiting, limits: new Map([['a', 1]]) }), 'a')).toEqual([0, 100, 200]);
  });

  it('takes a build that runs for longer than is usual to end any moment', () => {
    const running = [{ team: 'a', since: 0 }];
    expect(waits(pool({ capacity: 1, running, waiting: [{ team: 'b', count: 1 }] }), 'b')).toEqual([0]);
  });

  it('tells no more than it was asked for, than there is, or than it can see', () => {
    const crowd = [
      { team: 'a', count: 1e9 },
      { team: 'b', count: 3 },
    ];
    expect(positions(pool({ waiting: crowd }), 'a', 2)).toEqual([1, 3]);
    expect(positions(pool({ waiting: crowd }), 'c')).toEqual([]);
    expect(positions(pool({ waiting: crowd, capacity: 0 }), 'a')).toEqual([]);
    expect(positions(pool({ waiting: crowd }), 'a', 1e9).length).toBeLessThan(20_001);
  });
});
