import type { Masker } from '#builder/log/mask.ts';
import { LiveRegion } from '../kit/live-region.ts';
import type { Screen } from '../kit/screen.ts';
import { clean } from '../kit/text.ts';
import { duration } from '../kit/times.ts';

/** How often the last line is drawn (ms). */
const FRAME_MS = 200;

/**
 * The log of a build here, as it comes: in a terminal above a line that says which step runs and for how long, in a
 * pipe on stderr, with `--json` as records before the result. Values of secrets never get there.
 */
export class BuildLog {
  readonly #screen: Screen;
  readonly #masker: Masker;
  readonly #live: { readonly region: LiveRegion; readonly timer: NodeJS.Timeout } | null = null;
  #step = 'starting';
  #since = Date.now();

  constructor(screen: Screen, masker: Masker) {
    this.#screen = screen;
    this.#masker = masker;
    if (!screen.isTerminal || screen.quiet) return;
    const region = new LiveRegion(screen.terminal);
    this.#live = { region, timer: setInterval(() => region.draw(this.#status()), FRAME_MS) };
  }

  /** A step, or what the builder says of one. */
  say(text: string): void {
    const [first = '', ...more] = this.#masker.mask(text).split('\n');
    if (first.startsWith('[')) {
      this.#step = clean(first);
      this.#since = Date.now();
    }
    for (const line of [first, ...more]) this.#write(line, this.#screen.paint.bold);
  }

  /** What a step printed: masked already. */
  line(text: string): void {
    this.#write(text, (line) => `  ${line}`);
  }

  /** The log stays, and nothing below it. */
  end(): void {
    if (this.#live === null) return;
    clearInterval(this.#live.timer);
    this.#live.region.end({ keep: false });
  }

  #write(text: string, paint: (text: string) => string): void {
    const line = clean(text);
    if (this.#screen.json) this.#screen.record({ log: line });
    else if (this.#live !== null) this.#live.region.print([paint(line)], this.#status());
    else this.#screen.note(paint(line));
  }

  #status(): string[] {
    return [this.#screen.paint.dim(`${duration(Date.now() - this.#since)}  ${this.#step}`)];
  }
}
