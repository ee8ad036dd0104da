const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;

/** How long something took (ms), for people: `0.4s`, `12s`, `1m 05s`, `2h 03m`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < MINUTE_S) return `${whole}s`;
  if (whole < HOUR_S) return `${Math.floor(whole / MINUTE_S)}m ${two(whole % MINUTE_S)}s`;
  return `${Math.floor(whole / HOUR_S)}h ${two(Math.floor((whole % HOUR_S) / MINUTE_S))}m`;
}

/** How long ago a time was, for people: `12s ago`, `5m ago`, `3h ago`, `2d ago`; the date where that is a month and more. */
export function ago(iso: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(iso)) / 1000));
  if (seconds < MINUTE_S) return `${seconds}s ago`;
  if (seconds < HOUR_S) return `${Math.floor(seconds / MINUTE_S)}m ago`;
  if (seconds < DAY_S) return `${Math.floor(seconds / HOUR_S)}h ago`;
  return seconds < 30 * DAY_S ? `${Math.floor(seconds / DAY_S)}d ago` : iso.slice(0, 10);
}

/** Bytes for people, in powers of 1,000 as registries show them: `980 B`, `45.3 MB`. */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(count) / 3));
  const value = count / 1000 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`;
}

const two = (value: number): string => String(value).padStart(2, '0');
