import { COLUMNS, hasColors, type Paint, paintFor } from './paint.ts';
import type { Output, Surroundings } from './streams.ts';
import { type Column, table } from './table.ts';
import { clean, harmlessJson, harmlessLines } from './text.ts';

export interface ScreenOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  /** `--no-color`. */
  readonly color: boolean;
}

/**
 * What the command says, and where: results on stdout, everything about them on stderr. With `--json` stdout has
 * JSON and nothing else.
 */
export class Screen {
  /** Colours, or functions that add none (no-color.org, force-color.org). */
  readonly paint: Paint;
  /** Whether people look at stdout. */
  readonly isTerminal: boolean;
  /** Whether stdout is a terminal that can draw over what it shows. */
  readonly isLive: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly #out: Output;
  readonly #err: Output;

  constructor(
    { stdout, stderr, env }: Pick<Surroundings, 'stdout' | 'stderr' | 'env'>,
    options: ScreenOptions,
  ) {
    this.#out = stdout;
    this.#err = stderr;
    this.isTerminal = stdout.isTTY === true && !options.json;
    this.isLive = this.isTerminal && env.TERM !== 'dumb';
    this.json = options.json;
    this.quiet = options.quiet;
    const isTTY = stdout.isTTY === true && stderr.isTTY === true;
    this.paint = paintFor(hasColors(options.color, env, { isTTY }));
  }

  /** Columns of the terminal that stdout is. */
  get columns(): number {
    return this.#out.columns ?? COLUMNS;
  }

  /** The stream that live displays draw on. */
  get terminal(): Output {
    return this.#out;
  }

  /** A line of the result. Nothing with `--json`: say it with `value`. */
  line(text = ''): void {
    if (!this.json) this.#out.write(`${harmlessLines(text)}\n`);
  }

  /** A value of the service's that is the whole result: as it is in a pipe, made harmless where somebody looks at it. */
  only(text: string): void {
    if (!this.json) this.#out.write(`${this.isTerminal ? clean(text) : text}\n`);
  }

  /** Bytes of the result, as they are. */
  raw(text: string): void {
    this.#out.write(text);
  }

  /** The result for programs: one JSON value. */
  value(value: unknown): void {
    this.#out.write(`${harmlessJson(value, 2)}\n`);
  }

  /** One of several results for programs: JSON on a line of its own. */
  record(value: unknown): void {
    this.#out.write(`${harmlessJson(value)}\n`);
  }

  /** A table of the result. @param none what to say where there are no rows. */
  rows(columns: readonly Column[], rows: readonly (readonly string[])[], none: string): void {
    if (rows.length === 0) {
      this.note(none);
      return;
    }
    const terminal = this.isTerminal ? { columns: this.columns, dim: this.paint.dim } : null;
    for (const text of table(columns, rows, terminal)) this.line(text);
  }

  /** What is good to know, and no result: on stderr, and not with `--quiet`. */
  note(text: string): void {
    if (!this.quiet) this.#err.write(`${harmlessLines(text)}\n`);
  }

  /** What must be known: on stderr. */
  warn(text: string): void {
    this.#err.write(`${harmlessLines(text)}\n`);
  }
}
