import { shorten } from './shorten.ts';
import type { Output } from './streams.ts';
import { harmlessLines, width } from './text.ts';

/** One after the other, these turn. */
export const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** Size of a terminal that does not say its own. */
const COLUMNS = 80;
const ROWS = 24;

/** The beginning and end of a frame that a terminal shows in one go, where it knows how; others leave them aside. */
const [BEGIN, END] = ['\u001b[?2026h', '\u001b[?2026l'];

/**
 * The last lines of a terminal, drawn over and over. Each line is cut to the terminal's width, so a line drawn is a
 * row, and there are never more than the terminal has rows. The cursor stays visible, below the region: whichever way
 * the command ends, the terminal is as it was.
 */
export class LiveRegion {
  readonly #out: Output;
  /** The lines that stand there, as they were drawn. */
  #drawn: readonly string[] = [];

  constructor(out: Output) {
    this.#out = out;
  }

  get columns(): number {
    return this.#out.columns ?? COLUMNS;
  }

  /** Draws these lines in place of those that stand there. */
  draw(lines: readonly string[]): void {
    this.#write(lines, []);
  }

  /** Puts lines above the region, whole, where they stay. */
  print(above: readonly string[], lines: readonly string[]): void {
    this.#write(lines, above);
  }

  /** Leaves what stands there, or takes it away. */
  end({ keep }: { keep: boolean }): void {
    if (!keep) this.#write([], []);
    this.#drawn = [];
  }

  #write(lines: readonly string[], above: readonly string[]): void {
    const columns = this.columns;
    const fit = lines.slice(-(Math.max(2, this.#out.rows ?? ROWS) - 1)).map((line) => shorten(line, columns));
    if (above.length === 0 && sameLines(fit, this.#drawn)) return;
    const up = this.#rows(columns);
    const back = up === 0 ? '\r' : `\r\u001b[${up}A`;
    const all = [...above, ...fit].map((line) => `${harmlessLines(line)}\n`).join('');
    // What is below is erased first: a line above may be longer than what stood there.
    this.#out.write(`${BEGIN}${back}\u001b[J${all}${END}`);
    this.#drawn = fit;
  }

  /** How many rows the drawn lines take now: a terminal that became narrower has broken the longer ones. */
  #rows(columns: number): number {
    return this.#drawn.reduce((rows, line) => rows + Math.max(1, Math.ceil(width(line) / columns)), 0);
  }
}

function sameLines(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, at) => line === b[at]);
}
