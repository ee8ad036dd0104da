import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aBuild } from '#test/support/memory/examples.ts';
import { chooseNext } from '#use-cases/choose-next.ts';

const build = (team: string, order: number) => aBuild(`${team} ${order}`, { team, order });
const names = (builds: readonly { team: string; order: number | null }[]) =>
  builds.map(({ team, order }) => `${team}${order}`);

describe('chooseNext', () => {
  it('takes a team’s earliest pushes first', () => {
    expect(names(chooseNext([], [build('a', 3), build('a', 1), build('a', 2)], 2))).toEqual(['a1', 'a2']);
  });

  it('gives a slot to each team before one gets a second', () => {
    const crowd = Array.from({ length: 200 }, (_, index) => build('a', index + 1));
    const queued = [...crowd, build('b', 500), build('c', 600)];
    expect(names(chooseNext([], queued, 4))).toEqual(['a1', 'b500', 'c600', 'a2']);
  });

  it('counts the slots that a team holds already', () => {
    const active = [build('a', 1), build('a', 2), build('b', 3)];
    expect(names(chooseNext(active, [build('a', 4), build('b', 5), build('c', 6)], 3))).toEqual([
      'c6',
      'b5',
      'a4',
    ]);
  });

  it('chooses nothing where there is no slot or no build', () => {
    expect(chooseNext([], [build('a', 1)], 0)).toEqual([]);
    expect(chooseNext([], [build('a', 1)], -3)).toEqual([]);
    expect(chooseNext([], [], 5)).toEqual([]);
  });

  it('fills the slots, and leaves no waiting team two behind another', () => {
    const teams = fc.constantFrom('a', 'b', 'c');
    const some = fc.array(teams, { maxLength: 15 });
    fc.assert(
      fc.property(some, some, fc.nat(10), (holding, waiting, slots) => {
        const active = holding.map((team, index) => build(team, -index - 1));
        const queued = waiting.map((team, index) => build(team, index + 1));
        const chosen = chooseNext(active, queued, slots);
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
