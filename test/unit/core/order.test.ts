import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type OrderedPush, placeOf, pushedAt } from '#core/order.ts';
import { sha, T0 } from '#test/support/memory/examples.ts';

type Push = Omit<OrderedPush, 'order'> & { readonly number: number };

/** Pushes that led a ref through these commits, `secondsApart` by the host's clock; the first made the ref. */
function chain(commits: readonly string[], secondsApart: number): Push[] {
  return commits.map((commit_sha, number) => ({
    number,
    before_sha: commits[number - 1] ?? null,
    commit_sha,
    pushed_at: T0 + number * secondsApart * 1000,
  }));
}

/** The numbers of the pushes by the places they get when they arrive in this order. */
function placed(arrivals: readonly Push[]): number[] {
  const recent: (OrderedPush & { readonly number: number })[] = [];
  let next = 1;
  for (const push of arrivals) {
    const order = placeOf(push, recent, next);
    if (order === next) next += 1;
    recent.push({ ...push, order });
  }
  expect(new Set(recent.map(({ order }) => order)).size).toBe(arrivals.length);
  return recent.toSorted((a, b) => a.order - b.order).map(({ number }) => number);
}

const inOrder = (pushes: readonly Push[]) => pushes.map(({ number }) => number);
const distinct = fc
  .uniqueArray(fc.constantFrom(...'0123456789abcdef'), { minLength: 1, maxLength: 12 })
  .map((all) => all.map(sha));

/** A walk over few commits, so that most of them come back; a push always moves the ref. */
const walk = fc
  .array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 })
  .map((all) => all.filter((commit, index) => commit !== all[index - 1]).map(sha));

describe('placeOf', () => {
  it('sorts a chain of distinct commits as it was pushed, in whatever order it arrives', () => {
    const arrivals = distinct.chain((commits) => {
      const pushes = chain(commits, 1);
      return fc.tuple(fc.constant(pushes), fc.shuffledSubarray(pushes, { minLength: pushes.length }));
    });
    fc.assert(
      fc.property(arrivals, ([pushes, shuffled]) => {
        expect(placed(shuffled)).toEqual(inOrder(pushes));
      }),
    );
  });

  it('gives each push the next place where they arrive in order, whatever commits come back', () => {
    fc.assert(
      fc.property(walk, fc.constantFrom(0, 0.5, 1, 60), (commits, seconds) => {
        const pushes = chain(commits, seconds);
        expect(placed(pushes)).toEqual(inOrder(pushes));
      }),
    );
  });

  it('gives each push the next place where some never arrive', () => {
    fc.assert(
      fc.property(
        distinct.chain((commits) => fc.subarray(chain(commits, 0))),
        (pushes) => {
          expect(placed(pushes)).toEqual(inOrder(pushes));
        },
      ),
    );
  });

  it('sorts many pushes of one second by when their deliveries came, whoever is stamped first', () => {
    const arrivals = distinct.chain((commits) => {
      const pushes = chain(commits, 0).map((push) => ({
        ...push,
        pushed_at: pushedAt(T0, T0 + push.number * 60),
      }));
      return fc.tuple(fc.constant(pushes), fc.shuffledSubarray(pushes, { minLength: pushes.length }));
    });
    fc.assert(
      fc.property(arrivals, ([pushes, shuffled]) => {
        expect(placed(shuffled)).toEqual(inOrder(pushes));
      }),
    );
  });

  it('repairs one late delivery by the chain alone, where the clock says nothing or lies', () => {
    const late = distinct
      .filter((commits) => commits.length >= 2)
      .chain((commits) => fc.tuple(fc.constant(commits), fc.integer({ min: 1, max: commits.length - 1 })));
    fc.assert(
      fc.property(late, fc.boolean(), ([commits, index], lies) => {
        const pushes = chain(commits, 0);
        const [one] = pushes.splice(index, 1);
        if (!one) return;
        const arrived = { ...one, pushed_at: lies ? T0 + 60_000 : T0 };
        expect(placed([...pushes, arrived])).toEqual(commits.map((_, number) => number));
      }),
    );
  });

  const [A, B, C] = [sha('a'), sha('b'), sha('c')];

  it('tells A→B→A→B apart by the clock, in every order of arrival', () => {
    const pushes = chain([A, B, A, B], 1);
    for (const first of pushes) {
      for (const second of pushes.filter((push) => push !== first)) {
        const [third, fourth] = pushes.filter((push) => push !== first && push !== second);
        if (!third || !fourth) throw new Error('there are four pushes');
        expect(placed([first, second, third, fourth])).toEqual([0, 1, 2, 3]);
        expect(placed([first, second, fourth, third])).toEqual([0, 1, 2, 3]);
      }
    }
  });

  it('puts a roll-back after what it rolls back', () => {
    expect(placed(chain([A, B, C, A], 60))).toEqual([0, 1, 2, 3]);
    expect(placed(chain([A, B, C, A], 0))).toEqual([0, 1, 2, 3]);
    // The push that made A is not remembered: the one known chain starts at A.
    expect(placed(chain([A, B, C, A], 0).slice(1))).toEqual([1, 2, 3]);
  });

  it('does not believe one link against the clock: a commit that comes back makes it by accident', () => {
    // Five pushes from A over B back to A; those in between arrive last.
    const pushes = chain([A, B, C, B, C, A], 2);
    const [, second, third, fourth, fifth, sixth] = pushes;
    if (!second || !third || !fourth || !fifth || !sixth) throw new Error('there are six pushes');
    expect(placed([second, sixth, fifth, fourth, third])).toEqual([1, 2, 3, 4, 5]);
  });

  it('does not put a push between two that are linked, where the clock says nothing', () => {
    const D = sha('d');
    const within = [0, 8, 8, 8, 10]; // seconds: the three in the middle came at once
    const pushes = chain([A, B, C, A, C], 0).map((push, number) => ({
      ...push,
      before_sha: number === 0 ? D : push.before_sha,
      pushed_at: T0 + (within[number] ?? 0) * 1000,
    }));
    const [first, second, third, fourth, fifth] = pushes;
    if (!first || !second || !third || !fourth || !fifth) throw new Error('there are five pushes');
    expect(placed([first, second, fourth, fifth, third])).toEqual([0, 1, 2, 3, 4]);
  });

  it('puts a build that somebody asked for where the clock has it, whatever commit it is of', () => {
    const pushes = chain([A, B, C, B], 60);
    const asked = (second: number) => ({
      number: 9,
      before_sha: null,
      commit_sha: B,
      pushed_at: T0 + second * 1000,
    });
    expect(placed([...pushes, asked(200)])).toEqual([0, 1, 2, 3, 9]);
    expect(placed([...pushes, asked(90)])).toEqual([0, 1, 9, 2, 3]);
    // The push from this very commit is the first remembered: it does not pull the build before itself.
    expect(placed([...pushes.slice(2), asked(200)])).toEqual([2, 3, 9]);
  });

  it('fits a push before the first remembered one, and between places that are halves already', () => {
    const known = [1, 1.5, 2].map((order, index) => ({
      before_sha: null,
      commit_sha: sha(String(index)),
      pushed_at: T0 + index * 10_000,
      order,
    }));
    const at = (second: number) => ({
      before_sha: null,
      commit_sha: sha('f'),
      pushed_at: T0 + second * 1000,
    });
    expect([-5, 5, 15, 25].map((second) => placeOf(at(second), known, 7))).toEqual([0.5, 1.25, 1.75, 7]);
    expect(placeOf(at(5), [], 7)).toBe(7);
  });
});

it('knows a push to the ms where its delivery came within the second that the host names', () => {
  const at = (claimed: number | null, received: number) =>
    pushedAt(claimed === null ? null : T0 + claimed, T0 + received) - T0;
  expect(at(0, 340)).toBe(340);
  expect(at(0, 0)).toBe(0);
  expect(at(0, 5_000)).toBe(999);
  expect(at(2_000, 340)).toBe(2_000);
  expect(at(250, 340)).toBe(250);
  expect(at(null, 340)).toBe(340);
});
