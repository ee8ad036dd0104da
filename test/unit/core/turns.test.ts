import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '#core/team.ts';
import { chooseNext, countByTeam, type SlotState, servedAfter, slotLimits, Turns } from '#core/turns.ts';
import { aBuild } from '#test/support/memory/examples.ts';

const build = (team: string, order: number) => aBuild(`${team} ${order}`, { team, order });
const names = (builds: readonly { team: string; order: number | null }[]) =>
  builds.map(({ team, order }) => `${team}${order}`);
const state = (fields: Partial<SlotState> = {}): SlotState => ({
  held: new Map(),
  served: [],
  limits: new Map(),
  ...fields,
});

describe('chooseNext', () => {
  it('takes a team’s earliest pushes first', () => {
    const queued = [build('a', 3), build('a', 1), build('a', 2)];
    expect(names(chooseNext(state(), queued, 2))).toEqual(['a1', 'a2']);
  });

  it('gives a slot to each team before one gets a second', () => {
    const crowd = Array.from({ length: 200 }, (_, index) => build('a', index + 1));
    const queued = [...crowd, build('b', 500), build('c', 600)];
    expect(names(chooseNext(state(), queued, 4))).toEqual(['a1', 'b500', 'c600', 'a2']);
  });

  it('counts the slots that a team holds already', () => {
    const held = countByTeam([build('a', 1), build('a', 2), build('b', 3)]);
    const queued = [build('a', 4), build('b', 5), build('c', 6)];
    expect(names(chooseNext(state({ held }), queued, 3))).toEqual(['c6', 'b5', 'a4']);
  });

  it('gives the one slot of a pool to teams in turn', () => {
    const queued = [build('a', 1), build('a', 2), build('b', 3), build('c', 4)];
    expect(names(chooseNext(state({ served: ['b', 'c', 'a'] }), queued, 1))).toEqual(['b3']);
    expect(names(chooseNext(state({ served: ['c', 'a', 'b'] }), queued, 1))).toEqual(['c4']);
    expect(names(chooseNext(state({ served: ['a', 'b'] }), queued, 1))).toEqual(['c4']);
  });

  it('gives no team more than its limit, also where slots stay free', () => {
    const held = new Map([['a', 1]]);
    const limits = new Map([
      ['a', 2],
      ['b', 1],
    ]);
    const queued = [build('a', 1), build('a', 2), build('b', 3), build('b', 4)];
    expect(names(chooseNext(state({ held, limits }), queued, 9))).toEqual(['b3', 'a1']);
  });

  it('chooses nothing where there is no slot or no build', () => {
    expect(chooseNext(state(), [build('a', 1)], 0)).toEqual([]);
    expect(chooseNext(state(), [build('a', 1)], -3)).toEqual([]);
    expect(chooseNext(state(), [], 5)).toEqual([]);
  });

  it('fills the slots, and leaves no waiting team two behind another', () => {
    const teams = fc.constantFrom('a', 'b', 'c');
    const some = fc.array(teams, { maxLength: 15 });
    const turns = fc.shuffledSubarray(['a', 'b', 'c']);
    fc.assert(
      fc.property(some, some, turns, fc.nat(10), (holding, waiting, served, slots) => {
        const active = holding.map((team, index) => build(team, -index - 1));
        const queued = waiting.map((team, index) => build(team, index + 1));
        const chosen = chooseNext(state({ held: countByTeam(active), served }), queued, slots);
        expect(chosen).toHaveLength(Math.min(slots, queued.length));
        expect(new Set(chosen).size).toBe(chosen.length);
        const held = (team: string) => [...active, ...chosen].filter((one) => one.team === team).length;
        const starved = new Set(queued.filter((one) => !chosen.includes(one)).map(({ team }) => team));
        for (const team of starved) {
          for (const winner of chosen) expect(held(winner.team)).toBeLessThanOrEqual(held(team) + 1);
        }
      }),
    );
  });
});

describe('Turns', () => {
  it('lets no team without a slot wait for more slots than there are other teams, whoever gives slots back', () => {
    const teams = ['a', 'b', 'c', 'd', 'e'];
    const leaving = fc.array(fc.nat(99), { minLength: 60, maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), leaving, (capacity, who) => {
        const turns = new Turns(state());
        const holding: string[] = [];
        const passedOver = new Map(teams.map((team) => [team, 0]));
        for (const nth of who) {
          if (holding.length === capacity) {
            const [left] = holding.splice(nth % capacity, 1);
            if (left !== undefined) turns.giveBack(left);
          }
          const got = turns.next(teams) ?? '';
          turns.take(got);
          holding.push(got);
          for (const team of teams) {
            const times = holding.includes(team) ? 0 : (passedOver.get(team) ?? 0) + 1;
            expect(times).toBeLessThan(teams.length);
            passedOver.set(team, times);
          }
        }
      }),
    );
  });
});

describe('servedAfter', () => {
  it('puts the last one served last, and each team once', () => {
    expect(servedAfter(['a', 'b', 'c'], ['b', 'd', 'b', 'a'])).toEqual(['c', 'd', 'b', 'a']);
    expect(servedAfter([], [])).toEqual([]);
  });

  it('forgets who was served long ago', () => {
    const many = Array.from({ length: 600 }, (_, index) => `t${index}`);
    expect(servedAfter(many, ['new'])).toHaveLength(500);
    expect(servedAfter(many, ['new']).at(-1)).toBe('new');
  });
});

describe('slotLimits', () => {
  it('leaves out teams that may have all', () => {
    const limits = new Map([
      ['a', DEFAULT_LIMITS],
      ['b', { ...DEFAULT_LIMITS, concurrent_builds: 3 }],
    ]);
    expect([...slotLimits(limits)]).toEqual([['b', 3]]);
  });
});
