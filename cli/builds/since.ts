import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/**
 * A time as people say it: `30m`, `2h`, `3d`, `1w` before now, or ISO 8601 (a date alone begins at midnight UTC, a
 * time without an offset is one of this machine). @returns ISO 8601. Throws CliError (2).
 */
export function sinceOf(text: string, now: number): string {
  const ago = /^(\d{1,6})\s*([smhdw])(?:\s+ago)?$/.exec(text.trim());
  if (ago) return new Date(now - Number(ago[1]) * UNIT_MS[ago[2] as keyof typeof UNIT_MS]).toISOString();
  const time = /^\d{4}-\d\d-\d\d(?:[T ]|$)/.test(text.trim()) ? Date.parse(text.trim()) : Number.NaN;
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new CliError(
    EXIT.usage,
    `--since: ${JSON.stringify(text)} is no time`,
    'Write 30m, 2h, 3d, or a time like 2026-11-21T14:00:00Z.',
  );
}
