import { StringDecoder } from 'node:string_decoder';

/** Cuts a tool's own, trusted stream into lines. For a build's output there is `LineStream`. */
export class LineReader {
  readonly #decoder = new StringDecoder('utf8');
  readonly #emit: (line: string) => void;
  #pending: string[] = [];

  constructor(emit: (line: string) => void) {
    this.#emit = emit;
  }

  write(bytes: Buffer): void {
    const lines = this.#decoder.write(bytes).split('\n');
    for (const line of lines.slice(0, -1)) {
      this.#emit([...this.#pending, line].join(''));
      this.#pending = [];
    }
    this.#pending.push(lines.at(-1) ?? '');
  }

  end(): void {
    const rest = [...this.#pending, this.#decoder.end()].join('');
    this.#pending = [];
    if (rest !== '') this.#emit(rest);
  }
}
