import { StringDecoder } from 'node:string_decoder';
import type { Masker } from './mask.ts';

/** The longest line that is shipped; a longer one becomes several. */
export const MAX_LINE_CHARS = 16 * 1024;
const MAX_PENDING_CHARS = 256 * 1024;

/**
 * Turns the bytes of one stream into clean, masked lines. Bytes are kept until their line is complete,
 * so that a secret, a character or a colour that falls between two reads stays in one piece.
 */
export class LineStream {
  readonly #decoder = new StringDecoder('utf8');
  readonly #masker: Masker;
  readonly #emit: (line: string) => void;
  readonly #onSecret: (name: string) => void;
  #pending = '';

  /** @param onSecret is told the name of each secret that stood in a line, after that line. */
  constructor(masker: Masker, emit: (line: string) => void, onSecret: (name: string) => void = () => {}) {
    this.#masker = masker;
    this.#emit = emit;
    this.#onSecret = onSecret;
  }

  write(bytes: Buffer): void {
    this.#take(this.#decoder.write(bytes));
  }

  /** Emits what is left of the last line. */
  end(): void {
    this.#take(this.#decoder.end());
    if (this.#pending !== '') this.#line(this.#pending);
    this.#pending = '';
  }

  #take(text: string): void {
    const lines = (this.#pending + text).split(/\r\n|\n|\r(?!$)/);
    this.#pending = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
    if (this.#pending.length <= MAX_PENDING_CHARS) return;
    const clean = cleanLine(this.#pending);
    const cut = this.#masker.cutBefore(clean);
    if (cut > 0) this.#line(clean.slice(0, cut));
    this.#pending = clean.slice(cut);
  }

  #line(line: string): void {
    const found = new Set<string>();
    for (const piece of toLogLines(line, this.#masker, (name) => found.add(name))) this.#emit(piece);
    for (const name of found) this.#onSecret(name);
  }
}

/** One raw line as it may be shipped: cleaned first, then masked, then split. */
export function toLogLines(line: string, masker: Masker, onSecret?: (name: string) => void): string[] {
  const text = masker.mask(cleanLine(line), onSecret);
  if (text.length <= MAX_LINE_CHARS) return [text];
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += MAX_LINE_CHARS) pieces.push(text.slice(at, at + MAX_LINE_CHARS));
  return pieces.map((piece) => piece.toWellFormed());
}

const COLOUR = '\\u001b\\[[0-9;:]*m';
const ESCAPES = new RegExp(
  `(${COLOUR})|\\u001b\\[[0-?]*[ -/]*[@-~]|\\u001b\\][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\)?`,
  'g',
);
const CONTROLS = new RegExp(`(${COLOUR})|[\\u0000-\\u0008\\u000a-\\u001f\\u007f-\\u009f]`, 'g');

/** Text without control characters, except tabs and colours (ECMA-48 SGR). */
export function cleanLine(text: string): string {
  const keepColour = (_: string, colour?: string) => colour ?? '';
  return text.replace(ESCAPES, keepColour).replace(CONTROLS, keepColour).toWellFormed();
}
