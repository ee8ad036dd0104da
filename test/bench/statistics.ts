/** The middle of the samples; of an even number, the mean of the two in the middle. NaN of none. */
export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const above = sorted[Math.floor(half)] ?? Number.NaN;
  return Number.isInteger(half) ? ((sorted[half - 1] ?? Number.NaN) + above) / 2 : above;
}

/** The sample that `share` (0–1) of all samples do not exceed: nearest rank, so always one that was seen. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** What is said of a series: the samples themselves, so that others can work it out again, and the usual two. */
export interface Series {
  readonly median: number;
  readonly p99: number;
  readonly samples: readonly number[];
}

export function series(samples: readonly number[]): Series {
  return { median: median(samples), p99: percentile(samples, 0.99), samples };
}
