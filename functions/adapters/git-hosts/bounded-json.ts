import { UserError } from '#core/errors.ts';

/** How much of a JSON text is kept. What is more is left out; nothing that a host's event tells us lies beyond. */
export interface JsonBounds {
  /** How deep a container may lie: the outermost is at 1. A deeper one becomes null. */
  readonly depth: number;
  /** Elements of an array: the first are kept. */
  readonly items: number;
  /** Members of an object: the first are kept. */
  readonly members: number;
  /** The length of a string, a member's name too, as it is written: the rest of it is cut. A longer number is null. */
  readonly string: number;
  /** Values in all; past them only the two outermost levels are kept. */
  readonly values: number;
}

/** A GitHub push of 2,000 commits with all of their files keeps its first 100 of each; our fields lie around them. */
export const PAYLOAD_BOUNDS: JsonBounds = {
  depth: 8,
  items: 100,
  members: 500,
  string: 65_536,
  values: 100_000,
};

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * `JSON.parse`, but in time and memory that hostile text has no say in: 12 million nested arrays, which 25 MB can
 * hold, would take more than a process has. Everything past the bounds is skipped where it stands, in one pass and
 * without recursion; the rest is parsed as usual (so of two members of one name the last counts). Throws
 * UserError('invalid_request') where the text is no JSON; of what was skipped only brackets and quotes were looked at.
 */
export function boundedJson(text: string, bounds: JsonBounds = PAYLOAD_BOUNDS): unknown {
  try {
    return JSON.parse(new Trimmer(text, bounds).trim());
  } catch (cause) {
    throw new UserError('invalid_request', 'the body is not JSON', {
      cause,
      problems: [{ path: '', message: 'is not JSON' }],
    });
  }
}

/** One pass over a JSON text that takes out what is past the bounds. What is left is no more valid than before. */
class Trimmer {
  readonly #text: string;
  readonly #bounds: JsonBounds;
  readonly #kept: string[] = [];
  /** Up to where the text was kept or left out. */
  #done = 0;
  #at = 0;
  #values = 0;

  constructor(text: string, bounds: JsonBounds) {
    this.#text = text;
    this.#bounds = bounds;
  }

  trim(): string {
    this.#value(1);
    if (this.#done === 0) return this.#text;
    return this.#kept.join('') + this.#text.slice(this.#done);
  }

  #value(depth: number): void {
    this.#values += 1;
    const char = this.#next();
    if (char === QUOTE) this.#string();
    else if (char === OPEN_ARRAY) this.#container(depth, CLOSE_ARRAY, this.#bounds.items);
    else if (char === OPEN_OBJECT) this.#container(depth, CLOSE_OBJECT, this.#bounds.members);
    else this.#scalar();
  }

  #container(depth: number, close: number, most: number): void {
    const start = this.#at;
    this.#at += 1;
    if (depth > this.#bounds.depth || (depth > 2 && this.#values > this.#bounds.values)) {
      this.#skipToClose();
      this.#leaveOut(start, this.#at + 1, 'null');
      this.#at += 1;
      return;
    }
    let comma = this.#at;
    for (let count = 0; this.#next() !== close; count += 1) {
      if (count === most) {
        this.#skipToClose();
        this.#leaveOut(comma, this.#at, '');
        break;
      }
      if (close === CLOSE_OBJECT) this.#name();
      this.#value(depth + 1);
      const after = this.#next();
      if (after === close) break;
      if (after !== COMMA) throw new SyntaxError(`no comma at ${this.#at}`);
      comma = this.#at;
      this.#at += 1;
    }
    this.#at += 1;
  }

  #name(): void {
    if (this.#next() !== QUOTE) throw new SyntaxError(`no name at ${this.#at}`);
    this.#string();
    if (this.#next() !== COLON) throw new SyntaxError(`no colon at ${this.#at}`);
    this.#at += 1;
  }

  #string(): void {
    const start = this.#at + 1;
    this.#skipString();
    const end = this.#at - 1;
    if (end - start <= this.#bounds.string) return;
    this.#leaveOut(lastWhole(this.#text, start, start + this.#bounds.string), end, '');
  }

  #scalar(): void {
    const start = this.#at;
    while (!isEndOfScalar(this.#text.charCodeAt(this.#at))) this.#at += 1;
    if (this.#at === start) throw new SyntaxError(`no value at ${start}`);
    if (this.#at - start > this.#bounds.string) this.#leaveOut(start, this.#at, 'null');
  }

  /** Past the closing quote of the string that begins here. */
  #skipString(): void {
    for (let quote = this.#at; ; ) {
      quote = this.#text.indexOf('"', quote + 1);
      if (quote === -1) throw new SyntaxError('a string without an end');
      let escapes = 0;
      while (this.#text.charCodeAt(quote - 1 - escapes) === BACKSLASH) escapes += 1;
      if (escapes % 2 === 1) continue;
      this.#at = quote + 1;
      return;
    }
  }

  /** To the bracket that closes the container that this is inside of. */
  #skipToClose(): void {
    for (let open = 1; ; this.#at += 1) {
      const char = this.#text.charCodeAt(this.#at);
      if (char === QUOTE) {
        this.#skipString();
        this.#at -= 1;
      } else if (char === OPEN_ARRAY || char === OPEN_OBJECT) open += 1;
      else if (char === CLOSE_ARRAY || char === CLOSE_OBJECT) open -= 1;
      else if (Number.isNaN(char)) throw new SyntaxError('a bracket without its other');
      if (open === 0) return;
    }
  }

  /** The next character that is no white space; NaN at the end. */
  #next(): number {
    let char = this.#text.charCodeAt(this.#at);
    while (isSpace(char)) {
      this.#at += 1;
      char = this.#text.charCodeAt(this.#at);
    }
    return char;
  }

  #leaveOut(from: number, to: number, instead: string): void {
    this.#kept.push(this.#text.slice(this.#done, from), instead);
    this.#done = to;
  }
}

/** The last place up to `limit` at which a string that is written from `start` on can end: in no character or escape. */
function lastWhole(text: string, start: number, limit: number): number {
  const end = (text.charCodeAt(limit - 1) & 0xfc00) === 0xd800 ? limit - 1 : limit;
  const from = Math.max(start, end - 6);
  for (let at = from; at < end; ) {
    const backslash = text.indexOf('\\', at);
    if (backslash === -1 || backslash >= end) return end;
    let before = 0;
    while (backslash - before > start && text.charCodeAt(backslash - before - 1) === BACKSLASH) before += 1;
    const begins = before % 2 === 0 ? backslash : backslash - 1;
    const length = text[begins + 1] === 'u' ? 6 : 2;
    if (begins + length > end) return begins;
    at = begins + length;
  }
  return end;
}

function isSpace(char: number): boolean {
  return char === 0x20 || char === 0x0a || char === 0x0d || char === 0x09;
}

function isEndOfScalar(char: number): boolean {
  return (
    Number.isNaN(char) || char === COMMA || char === CLOSE_ARRAY || char === CLOSE_OBJECT || isSpace(char)
  );
}
