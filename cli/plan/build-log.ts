import type { Masker } from '#builder/log/mask.ts';
import type { Screen } from '../kit/screen.ts';
import { clean } from '../kit/text.ts';

/**
 * The log of a build here, as it comes: on stderr, beside the result; with `--json` records on stdout, before it.
 * Values of secrets never get there.
 */
export class BuildLog {
  readonly #screen: Screen;
  readonly #masker: Masker;

  constructor(screen: Screen, masker: Masker) {
    this.#screen = screen;
    this.#masker = masker;
  }

  /** A step, or what the builder says of one. */
  say(text: string): void {
    const { bold } = this.#screen.paint;
    for (const line of this.#masker.mask(text).split('\n')) this.#write(line, bold);
  }

  /** What a step printed: masked already. */
  line(text: string): void {
    this.#write(text, (line) => `  ${line}`);
  }

  #write(text: string, paint: (text: string) => string): void {
    const line = clean(text);
    if (this.#screen.json) this.#screen.record({ log: line });
    else this.#screen.note(paint(line));
  }
}
