/** What is looked for; whoever looks may say more of it. */
interface Bytes {
  readonly bytes: Buffer;
}

/** A needle found, `at` bytes after the beginning. */
export interface Match<N extends Bytes> {
  readonly needle: N;
  readonly at: number;
}

const BLOCK = 2;
/** The furthest step that a byte holds. */
const MAX_STEP = 255;

/**
 * Finds many byte strings at once, in time that hardly grows with their number. (Wu and Manber, "A fast
 * algorithm for multi-pattern searching", 1994: the last two bytes of a window tell how far it may jump.)
 */
export class Matcher<N extends Bytes> {
  readonly #needles: readonly N[];
  /** How many bytes of each needle the window covers: as many as the shortest has. */
  readonly #window: number;
  readonly #steps: Uint8Array;
  /** Needles by what a window on their beginning shows. */
  readonly #candidates = new Map<string, N[]>();
  /** What may lie across the border of two chunks. */
  readonly overlap: number;

  /** @param needles each of 2 bytes or more. */
  constructor(needles: readonly N[]) {
    this.#needles = needles;
    this.#window = needles.reduce((least, { bytes }) => Math.min(least, bytes.length), MAX_STEP);
    if (this.#window < BLOCK) throw new Error('a needle must have 2 bytes or more');
    this.overlap = needles.reduce((most, { bytes }) => Math.max(most, bytes.length - 1), 0);
    this.#steps = new Uint8Array(1 << 16).fill(this.#window - BLOCK + 1);
    for (const needle of needles) this.#learn(needle);
  }

  #learn(needle: N): void {
    for (let end = BLOCK - 1; end < this.#window; end++) {
      const block = blockAt(needle.bytes, end);
      this.#steps[block] = Math.min(this.#steps[block] ?? 0, this.#window - 1 - end);
    }
    const beginning = this.#shows(needle.bytes, 0);
    const candidates = this.#candidates.get(beginning);
    if (candidates) candidates.push(needle);
    else this.#candidates.set(beginning, [needle]);
  }

  #shows(bytes: Buffer, at: number): string {
    return bytes.toString('latin1', at, at + this.#window);
  }

  /** Every needle in these bytes, in the order of where they begin. */
  *find(bytes: Buffer): Generator<Match<N>> {
    if (this.#needles.length === 0) return;
    const steps = this.#steps;
    let end = this.#window - 1;
    while (end < bytes.length) {
      const block = ((bytes[end - 1] ?? 0) << 8) | (bytes[end] ?? 0);
      const step = steps[block] ?? 0;
      if (step > 0) {
        end += step;
        continue;
      }
      const at = end - this.#window + 1;
      for (const needle of this.#candidates.get(this.#shows(bytes, at)) ?? []) {
        if (isAt(bytes, needle.bytes, at)) yield { needle, at };
      }
      end += 1;
    }
  }

  /** A reader of one stream: give it the chunks in order. */
  reader(): StreamMatcher<N> {
    return new StreamMatcher(this);
  }
}

/** Finds needles in a stream, also where they lie across chunks. */
export class StreamMatcher<N extends Bytes> {
  readonly #matcher: Matcher<N>;
  #kept: Buffer = Buffer.alloc(0);
  #read = 0;

  constructor(matcher: Matcher<N>) {
    this.#matcher = matcher;
  }

  /** What ends in this chunk. */
  *next(chunk: Buffer): Generator<Match<N>> {
    const { overlap } = this.#matcher;
    const seen = this.#kept.length;
    const start = this.#read - seen;
    const bytes = seen === 0 ? chunk : Buffer.concat([this.#kept, chunk]);
    this.#read += chunk.length;
    this.#kept = Buffer.from(bytes.subarray(Math.max(0, bytes.length - overlap)));
    for (const { needle, at } of this.#matcher.find(bytes)) {
      if (at + needle.bytes.length > seen) yield { needle, at: start + at };
    }
  }
}

const blockAt = (bytes: Buffer, end: number): number => ((bytes[end - 1] ?? 0) << 8) | (bytes[end] ?? 0);

function isAt(bytes: Buffer, needle: Buffer, at: number): boolean {
  const end = at + needle.length;
  return end <= bytes.length && bytes.compare(needle, 0, needle.length, at, end) === 0;
}
