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
    if (length !== null && length > MAX_PAYLOAD_BYTES) throw tooLarge();
    if (length !== null && length <= LARGE_BYTES) return work(await whole(context, length));
    await this.#turn();
    try {
      return await work(await whole(context, length));
    } finally {
      this.#next();
    }
  }

  async #turn(): Promise<void> {
    if (this.#turns > 0) {
      this.#turns -= 1;
      return;
    }
    if (this.#waiting.length >= MOST_WAITING) throw new TransientError('too many large deliveries at once');
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #next(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#turns += 1;
  }
}

/** @param length what the sender said; null: nothing. */
async function whole(context: Context, length: number | null): Promise<string> {
  // Not of context.req: that would keep the bytes beside the text.
  const { body } = context.req.raw;
  if (body === null) return '';
  const reader = body.getReader();
  const late = setTimeout(() => void reader.cancel(), ARRIVAL_MS);
  let bytes: Buffer = Buffer.allocUnsafe(length ?? LARGE_BYTES);
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (size + value.length > MAX_PAYLOAD_BYTES) throw tooLarge();
      if (size + value.length > bytes.length) bytes = grown(bytes, size + value.length);
      bytes.set(value, size);
      size += value.length;
    }
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError('invalid_request', 'the body broke off', { cause });
  } finally {
    clearTimeout(late);
  }
  if (length !== null && size < length)
    throw new UserError('invalid_request', 'the body did not arrive in time');
  return bytes.toString('utf8', 0, size);
}

function grown(bytes: Buffer, size: number): Buffer {
  const larger = Buffer.allocUnsafe(Math.min(MAX_PAYLOAD_BYTES, Math.max(size, bytes.length * 2)));
  bytes.copy(larger);
  return larger;
}

function tooLarge(): UserError {
  return new UserError('too_large', 'a payload may have 25 MB at most');
}
