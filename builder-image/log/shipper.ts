import type { LogChunk, LogLine } from '#core/events.ts';
import { toLogLines } from './lines.ts';
import type { Masker } from './mask.ts';

const FLUSH_MS = 1000;
const FLUSH_BYTES = 64 * 1024;
const MAX_LINES = 20_000;

/** Sends one chunk's lines; resolves when the bus has them. */
export type SendChunk = (chunk: Pick<LogChunk, 'chunk' | 'lines'>) => Promise<void>;

/**
 * The build's log on its way out: lines are numbered and go in numbered chunks, once a second or at
 * 64 KiB, whichever is first. After `limit` bytes one last line says that the rest is not kept.
 */
export class LogShipper {
  readonly masker: Masker;
  readonly #send: SendChunk;
  readonly #limit: number;
  readonly #sending = new Set<Promise<void>>();
  #lines: LogLine[] = [];
  #bytes = 0;
  #total = 0;
  #seq = 0;
  #chunk = 0;
  #cut = false;
  #failure: unknown = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(masker: Masker, send: SendChunk, limit: number) {
    this.masker = masker;
    this.#send = send;
    this.#limit = limit;
  }

  /** Adds a line of the builder's own; it is masked as every other. */
  say(stage: string, text: string): void {
    for (const line of text.split('\n'))
      for (const piece of toLogLines(line, this.masker)) this.add(stage, piece);
  }

  /** Adds a line that is clean and masked already. */
  add(stage: string, text: string): void {
    if (this.#cut) return;
    const bytes = Buffer.byteLength(text) + 1;
    this.#cut = this.#total + bytes > this.#limit;
    const kept = this.#cut ? `The log is longer than ${this.#limit} bytes. The rest is not kept.` : text;
    this.#total += bytes;
    this.#bytes += Buffer.byteLength(kept) + 1;
    this.#lines.push({ seq: this.#seq++, at: Date.now(), stage, text: kept });
    if (this.#bytes >= FLUSH_BYTES || this.#lines.length >= MAX_LINES) this.#flush();
    this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS);
  }

  /** The number of the last chunk, once it is sent; null where there was no line. Throws where one got lost. */
  async close(): Promise<number | null> {
    this.#flush();
    await Promise.all(this.#sending);
    if (this.#failure !== null) throw this.#failure;
    return this.#chunk === 0 ? null : this.#chunk - 1;
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#lines.length === 0) return;
    const sent = this.#send({ chunk: this.#chunk++, lines: this.#lines }).catch((error: unknown) => {
      this.#failure ??= error;
    });
    this.#lines = [];
    this.#bytes = 0;
    this.#sending.add(sent);
    void sent.finally(() => this.#sending.delete(sent));
  }
}
