import { type Encoding, encodings } from '../encodings.ts';

/** One byte string that must not be found, and what it gives away. */
export interface Needle {
  readonly secret: string;
  readonly encoding: Encoding;
  readonly bytes: Buffer;
}

/** What is looked for, and the secrets of which nothing is: finding those would say nothing. */
export interface Needles {
  readonly needles: readonly Needle[];
  readonly unsearchable: readonly string[];
}

const MIN_BYTES = 8;
const MIN_DISTINCT = 5;
/** `production`, `Postgres`, `8080808080`: what stands in any image, set as a secret or not. */
const WORD = /^(?:[a-z]{1,15}|[A-Z]{1,15}|[A-Z][a-z]{1,14}|[0-9]{1,15})$/;
/** Of a long key this many lines, from all over it. */
const MAX_LINES = 16;

/** Widths at which tools wrap base64: openssl and PEM, and GNU's `base64`. */
const WRAPS = [64, 76];

/** The needles of build secrets, by name to value. */
export function needlesOf(secrets: Readonly<Record<string, string>>): Needles {
  const all = Object.entries(secrets).map(([secret, value]) => ({ secret, forms: formsOf(value) }));
  const needles = all.flatMap(({ secret, forms }) =>
    [...forms].map(([text, encoding]) => ({ secret, encoding, bytes: Buffer.from(text) })),
  );
  const unsearchable = all.filter(({ forms }) => forms.size === 0).map(({ secret }) => secret);
  return { needles, unsearchable };
}

/** Each form to how it is encoded; none where the value is too short or too common to be told from chance. */
function formsOf(value: string): Map<string, Encoding> {
  const forms = new Map<string, Encoding>();
  const whole = value.trim();
  for (const part of [whole, ...keyLines(whole)]) {
    if (!isSearchable(part)) continue;
    const add = (encoding: Encoding, text: string) => {
      if (!forms.has(text)) forms.set(text, encoding);
    };
    add('plain', part);
    for (const { encoding, text } of encodings(part)) add(encoding, text);
    for (const text of wrappedLines(part)) add('base64', text);
  }
  // Where one form is inside another, finding the shorter finds both.
  const texts = [...forms.keys()];
  return new Map([...forms].filter(([text]) => !texts.some((one) => one !== text && text.includes(one))));
}

function isSearchable(text: string): boolean {
  return Buffer.byteLength(text) >= MIN_BYTES && new Set(text).size >= MIN_DISTINCT && !WORD.test(text);
}

/**
 * The lines of a secret of several that are themselves secret: those with a run of 16 characters as keys have
 * them. `-----BEGIN PRIVATE KEY-----` and `"type": "service_account",` stand in many an image.
 */
function keyLines(text: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  if (lines.length === 1) return [];
  const keys = lines.filter(isKeyLike);
  const every = Math.ceil(keys.length / MAX_LINES);
  return keys.filter((_, at) => at % every === 0);
}

function isKeyLike(line: string): boolean {
  const runs = line.match(/[A-Za-z0-9+/=_-]{16,}/g) ?? [];
  return runs.some((run) => /[a-z]/.test(run) && /[A-Z]/.test(run) && /[0-9]/.test(run));
}

/** Of a base64 text of several lines, one whole line from the middle: its beginning may be anyone's. */
function wrappedLines(text: string): string[] {
  const base64 = Buffer.from(text).toString('base64');
  return WRAPS.flatMap((width) => {
    const whole = base64.match(new RegExp(`.{${width}}`, 'g')) ?? [];
    return base64.length > width ? whole.slice(Math.floor((whole.length - 1) / 2)).slice(0, 1) : [];
  });
}
