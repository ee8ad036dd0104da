const UNITS = ['kB', 'MB', 'GB', 'TB'] as const;

/** A number of bytes as people read it, in units of 1000: `28.4 MB`. */
export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  let value = count / 1000;
  for (const unit of UNITS) {
    if (value < 999.95 || unit === 'TB') return `${value.toFixed(1)} ${unit}`;
    value /= 1000;
  }
  return `${count} B`;
}
