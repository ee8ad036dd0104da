import { StringDecoder } from 'node:string_decoder';

/** A line longer than this is cut: a step may print gigabytes without a newline. */
const maxLine = 16_384;

/** Turns chunks of bytes into lines; holds one line at most. */
export class LineSplitter {
  readonly #emit: (line: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  constructor(emit: (line: string) => void) {
    this.#emit = emit;
  }

  write(chunk: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, maxLine);
    for (const line of lines) this.#emit(line.slice(0, maxLine));
  }

  end(): void {
    const last = this.#rest + this.#decoder.end();
    this.#rest = '';
    if (last !== '') this.#emit(last);
  }
}

const linesKept = 200;
const buildsKept = 100;

/** The last lines of the last builds, for whoever asks what a build said. */
export class RecentOutput {
  readonly #builds = new Map<string, string[]>();

  add(buildId: string, line: string): void {
    let lines = this.#builds.get(buildId);
    if (!lines) {
      lines = [];
      this.#builds.set(buildId, lines);
      const [oldest] = this.#builds.keys();
      if (this.#builds.size > buildsKept && oldest !== undefined) this.#builds.delete(oldest);
    }
    lines.push(line);
    if (lines.length > linesKept) lines.shift();
  }

  of(buildId: string): readonly string[] {
    return this.#builds.get(buildId) ?? [];
  }
}
