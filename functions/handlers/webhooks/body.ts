import type { Context } from 'hono';
import { TransientError, UserError } from '#core/errors.ts';
import { MAX_PAYLOAD_BYTES } from '#use-cases/receive-delivery.ts';

/** Hosts send some KB. What is larger waits for its turn. */
const LARGE_BYTES = 1024 * 1024;
/** A payload of 25 MB takes 100 MB while it is looked at, of the function's 512. */
const LARGE_AT_ONCE = 2;
const MOST_WAITING = 8;
/** How long a large body may take to arrive: no host waits longer for its answer, and others wait for its turn. */
const ARRIVAL_MS = 10_000;

/** Reads bodies so that the process has room for them, whoever sends how many, how large, how slowly. */
export class Bodies {
  #turns = LARGE_AT_ONCE;
  readonly #waiting: (() => void)[] = [];

  /**
   * What the work makes of a body; it is held until then.
   * Throws UserError('too_large') past 25 MB, UserError('invalid_request') where it does not arrive, TransientError
   * where too many large ones are there already.
   */
  async with<T>(context: Context, work: (body: string) => Promise<T>): Promise<T> {
    const said = context.req.header('content-length');
    const length = said === undefined ? null : Number(said);
    if (length !== null && length > MAX_PAYLOAD_BYTES) return turnedAway(context, tooLarge());
    if (length !== null && length <= LARGE_BYTES) return work(await whole(context, length));
    if (this.#turns === 0 && this.#waiting.length >= MOST_WAITING)
      return turnedAway(context, new TransientError('too many large deliveries at once'));
    await this.#turn();
    try {
      return await work(await whole(context, length));
    } finally {
      this.#next();
    }
  }

  async #turn(): Promise<void> {
    if (this.#turns > 0) this.#turns -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #next(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#turns += 1;
  }
}

/** @param length what the sender said; null: nothing. */
async function whole(context: Context, length: number | null): Promise<string> {
  let bytes: Buffer = Buffer.allocUnsafe(length ?? LARGE_BYTES);
  let size = 0;
  for await (const chunk of arriving(context)) {
    if (size + chunk.length > MAX_PAYLOAD_BYTES) throw tooLarge();
    if (size + chunk.length > bytes.length) bytes = grown(bytes, size + chunk.length);
    bytes.set(chunk, size);
    size += chunk.length;
  }
  if (length !== null && size < length)
    throw new UserError('invalid_request', 'the body did not arrive in time');
  return bytes.toString('utf8', 0, size);
}

/** A body's parts as they come, for as long as one may take. */
async function* arriving(context: Context): AsyncGenerator<Uint8Array> {
  // Not of context.req: that would keep the bytes beside the text.
  const reader = context.req.raw.body?.getReader();
  if (reader === undefined) return;
  const late = setTimeout(() => void reader.cancel(), ARRIVAL_MS);
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw new UserError('invalid_request', 'the body broke off', { cause });
      });
      if (done) return;
      yield value;
    }
  } finally {
    clearTimeout(late);
  }
}

/** Cloud Run takes no request that is larger (cloud.google.com/run/quotas). */
const MAX_REQUEST_BYTES = 32 * 1024 * 1024;

/** Lets the rest of a body pass by, kept nowhere: who still sends when the connection ends does not read the answer. */
async function turnedAway(context: Context, error: Error): Promise<never> {
  let left = MAX_REQUEST_BYTES;
  for await (const chunk of arriving(context)) {
    left -= chunk.length;
    if (left < 0) break;
  }
  throw error;
}

function grown(bytes: Buffer, size: number): Buffer {
  const larger = Buffer.allocUnsafe(Math.min(MAX_PAYLOAD_BYTES, Math.max(size, bytes.length * 2)));
  bytes.copy(larger);
  return larger;
}

function tooLarge(): UserError {
  return new UserError('too_large', 'a payload may have 25 MB at most');
}
