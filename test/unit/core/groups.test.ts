import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Build } from '#core/build.ts';
import { BuildStatus, isTerminal } from '#core/build.ts';
import { Concurrency } from '#core/concurrency.ts';
import { type Group, givesWay, groupAfter, mayStart } from '#core/groups.ts';
import { aBuild } from '#test/support/memory/examples.ts';

const placed = (order: number, policy: Concurrency, fields: Partial<Build> = {}) =>
  aBuild(`push ${order}`, { order, concurrency: { group: 'g', policy }, ...fields });

/** Builds of one group, each with a place of its own, in the order in which they got it. */
const arrivals = fc
  .uniqueArray(fc.record({ order: fc.nat(20), policy: fc.constantFrom(...Concurrency.options) }), {
    minLength: 1,
    maxLength: 12,
    selector: ({ order }) => order,
  })
  .map((all) => all.map(({ order, policy }) => placed(order, policy)));

/** The group after builds got their places, settled after each where `settled`. */
function groupOf(builds: readonly Build[], settled: boolean): Group | null {
  let group: Group | null = null;
  for (const build of builds) {
    group = groupAfter(group, build) ?? group;
    if (settled && group) group = { ...group, unsettled: false };
  }
  return group;
}

describe('groupAfter', () => {
  it('knows the latest of the pushes that cancel, in whatever order they arrive', () => {
    fc.assert(
      fc.property(arrivals, (builds) => {
        const cancelling = builds.filter(({ concurrency }) => concurrency?.policy === 'cancel');
        const latest = cancelling.toSorted((a, b) => (b.order ?? 0) - (a.order ?? 0))[0];
        const expected = latest ? { build_id: latest.id, order: latest.order } : null;
        expect(groupOf(builds, true)?.latest ?? null).toEqual(expected);
      }),
    );
  });

  it('leaves a mark where any of them has to give way, until it is taken away', () => {
    fc.assert(
      fc.property(arrivals, (builds) => {
        const group = groupOf(builds, false);
        const older = group === null ? [] : builds.filter((build) => givesWay(group, build));
        if (older.length > 0) expect(group?.unsettled).toBe(true);
        const last = builds.at(-1);
        const settled = groupOf(builds.slice(0, -1), true);
        const now = last ? (groupAfter(settled, last) ?? settled) : null;
        if (now && last && givesWay(now, last)) expect(now.unsettled).toBe(true);
      }),
    );
  });

  it('counts its marks', () => {
    const group = groupOf([placed(1, 'cancel'), placed(2, 'wait'), placed(0, 'parallel')], false);
    expect(group).toMatchObject({ marks: 2, latest: { order: 1 } });
  });

  it('is none of a build without a group, or without a place', () => {
    expect(groupAfter(null, aBuild('one', { order: 1 }))).toBeNull();
    expect(groupAfter(null, placed(1, 'cancel', { order: null }))).toBeNull();
  });
});

describe('givesWay', () => {
  const group = groupOf([placed(5, 'cancel')], true);
  it.each(BuildStatus.options)('of an older one that is %s', (status) => {
    const does = ['queued', 'submitting', 'submitted', 'running'].includes(status);
    if (isTerminal(status)) expect(does).toBe(false);
    expect(group && givesWay(group, placed(4, 'parallel', { status }))).toBe(does);
  });

  it('is not for the latest itself, a later one, or one without a place', () => {
    for (const order of [5, 6, null])
      expect(group && givesWay(group, placed(5, 'cancel', { order }))).toBe(false);
  });
});

describe('mayStart', () => {
  const beside = (count: number, group = 'g') =>
    Array.from({ length: count }, (_, index) =>
      aBuild(`beside ${group} ${index}`, { concurrency: { group, policy: 'parallel' } }),
    );
  it.each([
    ['cancel', 1],
    ['wait', 0],
  ] as const)('lets a build that would %s start beside %i at most', (policy, most) => {
    for (const count of [0, 1, 2]) {
      const others = [...beside(count), ...beside(3, 'other'), aBuild('of a person')];
      expect(mayStart(placed(1, policy), others)).toBe(count <= most);
    }
  });

  it('lets any other start, and counts nobody as beside itself', () => {
    expect(mayStart(placed(1, 'parallel'), beside(9))).toBe(true);
    expect(mayStart(aBuild('of a person'), beside(9))).toBe(true);
    const own = placed(1, 'wait');
    expect(mayStart(own, [own])).toBe(true);
  });
});
