import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  averageOf,
  Histogram,
  mergeHistograms,
  NO_VALUES,
  percentileOf,
  withValue,
} from '#core/histogram.ts';

const of = (values: readonly number[]) => values.reduce(withValue, NO_VALUES);
const DAY_MS = 86_400_000;
const some = fc.array(fc.integer({ min: 0, max: DAY_MS }), { minLength: 1, maxLength: 80 });

describe('Histogram', () => {
  it('knows nothing of nothing', () => {
    expect([averageOf(NO_VALUES), percentileOf(NO_VALUES, 0.95)]).toEqual([null, null]);
  });

  it('has the exact average, and every percentile to 5 %', () => {
    fc.assert(
      fc.property(some, fc.constantFrom(0.01, 0.5, 0.95, 1), (values, share) => {
        const histogram = of(values);
        const exact = values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? 0;
        expect(averageOf(histogram)).toBeCloseTo(
          values.reduce((sum, value) => sum + value) / values.length,
          3,
        );
        const told = percentileOf(histogram, share) ?? Number.NaN;
        expect(Math.abs(told - exact)).toBeLessThanOrEqual(exact * 0.05);
      }),
    );
  });

  it('stays small however much is put in, and is what the store takes', () => {
    const values = Array.from({ length: 5000 }, (_, index) => index ** 2.1);
    const histogram = Histogram.parse(of(values));
    expect(histogram.count).toBe(5000);
    expect(Object.keys(histogram.buckets).length).toBeLessThan(200);
  });

  it('merges as if all had been put into one', () => {
    fc.assert(
      fc.property(some, some, (a, b) => {
        expect(mergeHistograms([of(a), of(b)])).toEqual(of([...a, ...b]));
      }),
    );
  });

  it('takes a time that clocks made negative as none', () => {
    expect(withValue(NO_VALUES, -3)).toEqual(withValue(NO_VALUES, 0));
  });
});
