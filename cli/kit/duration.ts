import { InvalidArgumentError } from '@commander-js/extra-typings';

const SECONDS = { s: 1, min: 60, m: 60, h: 3600, d: 86_400 } as const;

/** A length of time as people write it (`90s`, `15m`, `24h`, `30d`) in seconds, as commander parses it. */
export function duration(text: string): number {
  const [, number, unit] = /^(\d{1,9})\s?(s|min|m|h|d)$/.exec(text) ?? [];
  if (number !== undefined && unit !== undefined)
    return Number(number) * SECONDS[unit as keyof typeof SECONDS];
  if (text === '0') return 0;
  throw new InvalidArgumentError('Write it like 90s, 15m, 24h or 30d.');
}

/** The same, or `never`. (Commander takes a parsed null for no value at all.) */
export function durationOrNever(text: string): number | 'never' {
  return text === 'never' ? 'never' : duration(text);
}
