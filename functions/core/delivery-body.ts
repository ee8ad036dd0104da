import { z } from 'zod';

/** The most bytes of a body that are kept. */
export const MAX_KEPT_BODY_BYTES = 100_000;

/** What a git host sent, as it is kept: JSON without secrets, shortened where it is long. */
export const DeliveryBody = z.object({
  version: z.literal(1),
  /** Null: nothing is kept of it; `note` says why. */
  text: z.string().nullable(),
  /** The size of what was sent. */
  size_bytes: z.int().nonnegative(),
  /** What is not as it was sent; null: all of it is. */
  note: z.string().nullable(),
});
export type DeliveryBody = z.infer<typeof DeliveryBody>;

/**
 * Fields that hold a secret, whatever the host: Gitee puts its `password` and `sign` into the body, hosts send
 * `secret` of a webhook's settings, and others may come.
 */
const SECRET_FIELD =
  /pass(?:word|wd|phrase)|secret|token|^sign$|signature|authorization|cookie|credential|(?:private|api|access)_?key/i;

/** Fields of those names which are no secrets: addresses of a host's API. */
const ADDRESS_FIELD = /_url$/i;

/** Tokens by what they begin with: GitHub's, GitLab's, ours; and the password of an address. */
const SECRET_VALUES: readonly (readonly [RegExp, string])[] = [
  [/\b(?:gh[pousr]_|github_pat_|gl[a-z]{2,5}-|bf[wt]_|whsec_)[A-Za-z0-9_=+/-]{16,}/g, '[removed]'],
  [/\b([a-z][a-z0-9+.-]{1,15}:\/\/)[^/?#\s@]{1,512}@/gi, '$1[removed]@'],
];

/** How much is kept of what is long; the second is for bodies that the first leaves too large. */
const LIMITS = [
  { items: 20, fields: 200, chars: 2000, depth: 7 },
  { items: 3, fields: 60, chars: 200, depth: 6 },
] as const;
type Limits = (typeof LIMITS)[number];

/** So much of a text is looked through for what begins before it is cut. */
const LONGEST_SECRET = 600;

/**
 * What is kept of a body.
 * @param payload what the host said, as `HostWebhooks.payload` reads it: where it is long, some is missing already.
 * @param size_bytes of what was sent.
 */
export function keptBody(payload: unknown, size_bytes: number): DeliveryBody {
  const seen = { removed: 0, shortened: false };
  for (const limits of LIMITS) {
    seen.removed = 0;
    const text = JSON.stringify(shown(payload, limits, 0, seen)) ?? 'null';
    if (Buffer.byteLength(text) <= MAX_KEPT_BODY_BYTES)
      return { version: 1, text, size_bytes, note: noteOf(seen) };
    seen.shortened = true;
  }
  return { version: 1, text: null, size_bytes, note: 'it was too large to be kept' };
}

interface Seen {
  removed: number;
  shortened: boolean;
}

function noteOf({ removed, shortened }: Seen): string | null {
  const said = [
    ...(removed > 0 ? [`${removed} ${removed === 1 ? 'secret was' : 'secrets were'} removed`] : []),
    ...(shortened ? ['what is long was shortened'] : []),
  ];
  return said.length === 0 ? null : said.join(', ');
}

function shown(value: unknown, limits: Limits, depth: number, seen: Seen): unknown {
  if (typeof value === 'string') return textOf(value, limits, seen);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= limits.depth) {
    seen.shortened = true;
    return Array.isArray(value) ? `(a list of ${value.length})` : '(an object)';
  }
  if (Array.isArray(value)) {
    const items = value.slice(0, limits.items).map((item) => shown(item, limits, depth + 1, seen));
    return [...items, ...more(value.length - items.length, seen)];
  }
  const all = Object.entries(value);
  const fields = all.slice(0, limits.fields).map(([name, field]): [string, unknown] => {
    const key = name.slice(0, 200);
    const secret = isSecret(name, field);
    if (secret) seen.removed += 1;
    return [key, secret ? '[removed]' : shown(field, limits, depth + 1, seen)];
  });
  const [rest] = more(all.length - fields.length, seen);
  return Object.fromEntries(rest === undefined ? fields : [...fields, ['…', rest]]);
}

/** Only text and numbers are secrets: `"signature": null` and what a host groups under such a name are looked into. */
function isSecret(name: string, value: unknown): boolean {
  const may = (typeof value === 'string' && value !== '') || typeof value === 'number';
  return may && SECRET_FIELD.test(name) && !ADDRESS_FIELD.test(name);
}

function textOf(text: string, { chars }: Limits, seen: Seen): string {
  const start = text.slice(0, chars + LONGEST_SECRET);
  // Cut after it was cleaned: a token that the cut halves would not be known any more.
  const cleaned = SECRET_VALUES.reduce((before, [pattern, by]) => before.replace(pattern, by), start);
  if (cleaned !== start) seen.removed += 1;
  if (text.length <= chars) return cleaned;
  seen.shortened = true;
  return `${cleaned.slice(0, chars).toWellFormed()}… (cut)`;
}

function more(count: number, seen: Seen): string[] {
  if (count <= 0) return [];
  seen.shortened = true;
  return ['(and more)'];
}
