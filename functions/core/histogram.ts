import { z } from 'zod';

/**
 * Where durations fell, in buckets that each reach 10 % further than the one before: from a ms to a day there
 * are fewer than 200, and what is read out of them is right to 5 %. The average is exact.
 */
export const Histogram = z.object({
  count: z.int().nonnegative(),
  sum_ms: z.int().nonnegative(),
  /** How many fell into each bucket, by its number; none: left out. */
  buckets: z.record(z.string(), z.int().positive()),
});
export type Histogram = z.infer<typeof Histogram>;

export const NO_VALUES: Histogram = { count: 0, sum_ms: 0, buckets: {} };

const STEP = 1.1;

/** With one more duration (ms); one below zero, which clocks may make of a short one, counts as zero. */
export function withValue({ count, sum_ms, buckets }: Histogram, ms: number): Histogram {
  const value = Math.max(0, Math.round(ms));
  const bucket = String(value === 0 ? 0 : 1 + Math.floor(Math.log(value) / Math.log(STEP)));
  return {
    count: count + 1,
    sum_ms: sum_ms + value,
    buckets: { ...buckets, [bucket]: (buckets[bucket] ?? 0) + 1 },
  };
}

/** All of them together. */
export function mergeHistograms(histograms: readonly Histogram[]): Histogram {
  const buckets: Record<string, number> = {};
  for (const histogram of histograms)
    for (const [bucket, count] of Object.entries(histogram.buckets))
      buckets[bucket] = (buckets[bucket] ?? 0) + count;
  return {
    count: histograms.reduce((sum, { count }) => sum + count, 0),
    sum_ms: histograms.reduce((sum, { sum_ms }) => sum + sum_ms, 0),
    buckets,
  };
}

/** The average (ms); null of none. */
export function averageOf({ count, sum_ms }: Histogram): number | null {
  return count === 0 ? null : sum_ms / count;
}

/**
 * The value (ms, to 5 %) below or at which this share of all is (nearest rank); null of none.
 * @param share above 0, at most 1.
 */
export function percentileOf({ count, buckets }: Histogram, share: number): number | null {
  const rank = Math.ceil(count * share);
  let passed = 0;
  for (const [bucket, inIt] of Object.entries(buckets).toSorted(([a], [b]) => Number(a) - Number(b))) {
    passed += inIt;
    if (passed >= rank) return Number(bucket) === 0 ? 0 : STEP ** (Number(bucket) - 0.5);
  }
  return null;
}
