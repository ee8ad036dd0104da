import { escapeRegExp } from '../regexp.ts';

const MIN_VALUE = 3;
const MIN_LINE = 6;
const MIN_ENCODED = 8;

/**
 * Replaces secret values in log lines by `[secret NAME]`: as they are, as base64 and base64url (also
 * inside a longer encoded text, such as `user:password`), URL-encoded and as in JSON. A secret of
 * several lines is masked line by line. It works on whole lines, so that no value can hide in a border.
 */
export class Masker {
  readonly #names = new Map<string, string>();
  #pattern: RegExp | null = null;
  #longest = 0;

  /** Adds a value; the earlier name of an equal form stays. */
  add(name: string, value: string): void {
    for (const form of formsOf(value)) if (!this.#names.has(form)) this.#names.set(form, name);
    const forms = [...this.#names.keys()].sort((a, b) => b.length - a.length);
    this.#longest = forms[0]?.length ?? 0;
    this.#pattern =
      forms.length === 0 ? null : new RegExp(forms.map((form) => escapeRegExp(form)).join('|'), 'g');
  }

  /** The text with every known value replaced. */
  mask(text: string): string {
    if (this.#pattern === null) return text;
    return text.replace(this.#pattern, (form) => `[secret ${this.#names.get(form) ?? ''}]`);
  }

  /**
   * Where a line that is too long to be kept whole may be cut, so that no value lies across the cut.
   * 0 means: not yet.
   */
  cutBefore(text: string): number {
    let cut = Math.max(0, text.length - this.#longest);
    if (this.#pattern === null) return cut;
    for (const match of text.matchAll(this.#pattern)) {
      if (match.index < cut && match.index + match[0].length > cut) cut = match.index;
    }
    return cut;
  }
}

function formsOf(value: string): Set<string> {
  const forms = new Set<string>();
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  const parts = lines.length === 1 ? lines : lines.filter((line) => line.length >= MIN_LINE);
  for (const part of [...parts, value]) {
    if (part.length < MIN_VALUE) continue;
    if (!part.includes('\n')) forms.add(part);
    forms.add(JSON.stringify(part).slice(1, -1));
    for (const form of encodings(part))
      if (form.length >= Math.min(MIN_ENCODED, part.length)) forms.add(form);
  }
  return forms;
}

function* encodings(text: string): Generator<string> {
  const bytes = Buffer.from(text);
  for (const before of [0, 1, 2]) {
    const inner = innerBase64(bytes, before);
    if (inner.length < MIN_ENCODED) continue;
    yield inner;
    yield inner.replaceAll('+', '-').replaceAll('/', '_');
  }
  yield bytes.toString('base64');
  yield bytes.toString('base64url');
  const url = encodeURIComponent(text);
  const strict = url.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  for (const form of [url, strict]) {
    yield form;
    yield form.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase());
    yield form.replaceAll('%20', '+');
  }
}

/** The characters of a base64 text that depend on nothing but these bytes, `before` bytes after a group's start. */
function innerBase64(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes])
    .toString('base64')
    .replaceAll('=', '');
  const partial = (bytes.length + before) % 3 !== 0;
  return text.slice(before === 0 ? 0 : before + 1, partial ? -1 : undefined);
}
