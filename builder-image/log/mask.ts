import { encodings } from '../encodings.ts';
import { Matcher } from '../matcher.ts';

const MIN_VALUE = 3;
const MIN_LINE = 6;
const MIN_ENCODED = 8;

interface Form {
  readonly name: string;
  readonly bytes: Buffer;
}

/**
 * Replaces secret values in log lines by `[secret NAME]`: as they are, as base64 and base64url (also
 * inside a longer encoded text, such as `user:password`), hex, URL-encoded and as in JSON. A secret of
 * several lines is masked line by line. It works on whole lines, so that no value can hide in a border.
 */
export class Masker {
  readonly #names = new Map<string, string>();
  #matcher: Matcher<Form> | null = null;

  /** Adds a value; the earlier name of an equal form stays. */
  add(name: string, value: string): void {
    for (const form of formsOf(value)) if (!this.#names.has(form)) this.#names.set(form, name);
    this.#matcher = null;
  }

  /** The text with every known value replaced; `onSecret` is told the name of each. */
  mask(text: string, onSecret?: (name: string) => void): string {
    const bytes = Buffer.from(text);
    const found = this.#find(bytes);
    if (found.length === 0) return text;
    let end = 0;
    const pieces: string[] = [];
    for (const { name, from, to } of found) {
      onSecret?.(name);
      pieces.push(bytes.toString('utf8', end, from), `[secret ${name}]`);
      end = to;
    }
    return [...pieces, bytes.toString('utf8', end)].join('');
  }

  /**
   * Where a line that is too long to be kept whole may be cut, so that no value lies across the cut.
   * 0 means: not yet.
   */
  cutBefore(text: string): number {
    const bytes = Buffer.from(text);
    let cut = Math.max(0, bytes.length - this.#forms().overlap - 1);
    while (isInsideCharacter(bytes, cut)) cut -= 1;
    const across = this.#find(bytes).find(({ from, to }) => from < cut && to > cut);
    return bytes.toString('utf8', 0, across?.from ?? cut).length;
  }

  #forms(): Matcher<Form> {
    this.#matcher ??= new Matcher(
      [...this.#names].map(([text, name]) => ({ name, bytes: Buffer.from(text) })),
    );
    return this.#matcher;
  }

  /** Where values stand, from first to last. Of two that overlap, the second begins where the first ends. */
  #find(bytes: Buffer): { name: string; from: number; to: number }[] {
    const found: { name: string; from: number; to: number }[] = [];
    const matches = [...this.#forms().find(bytes)].sort(
      (a, b) => a.at - b.at || b.needle.bytes.length - a.needle.bytes.length,
    );
    for (const { needle, at } of matches) {
      const to = at + needle.bytes.length;
      const last = found.at(-1);
      if (last !== undefined && to <= last.to) continue;
      if (last !== undefined && at < last.to && last.name === needle.name) last.to = to;
      else found.push({ name: needle.name, from: Math.max(at, last?.to ?? 0), to });
    }
    return found;
  }
}

/** Whether a UTF-8 character has begun before this byte and ends after it. */
const isInsideCharacter = (bytes: Buffer, at: number): boolean => ((bytes[at] ?? 0) & 0xc0) === 0x80;

function formsOf(value: string): Set<string> {
  const forms = new Set<string>();
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  const parts = lines.length === 1 ? lines : lines.filter((line) => line.length >= MIN_LINE);
  for (const part of [...parts, value]) {
    if (part.length < MIN_VALUE) continue;
    if (!part.includes('\n')) forms.add(part);
    for (const { text } of encodings(part)) {
      if (text.length >= Math.min(MIN_ENCODED, part.length)) forms.add(text);
    }
  }
  return forms;
}
