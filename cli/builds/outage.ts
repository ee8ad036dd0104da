import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';

/** How long the service may be away before a follower gives up, and between two tries at most (ms). */
const GIVE_UP_MS = 300_000;
const MAX_PAUSE_MS = 10_000;

export interface OutageOptions {
  readonly signal: AbortSignal;
  /** Told why nothing comes, and null once something does. */
  readonly told: (why: string | null) => void;
  /** What to do when it was given up. */
  readonly goOn: string;
  readonly giveUpMs?: number;
}

/** A service that is away for a while: what follows a build is tried again until it is back, for a bounded time. */
export class Outage {
  readonly #options: OutageOptions;
  #since: number | null = null;
  #tries = 0;

  constructor(options: OutageOptions) {
    this.#options = options;
  }

  /** It answered. */
  over(): void {
    if (this.#since !== null) this.#options.told(null);
    this.#since = null;
    this.#tries = 0;
  }

  /** Waits before the next try. Throws the error where trying again is of no use, and a CliError (5) once it took too long. */
  async pause(error: unknown): Promise<void> {
    if (!mayPass(error)) throw error;
    const { signal, told, goOn, giveUpMs = GIVE_UP_MS } = this.#options;
    this.#since ??= Date.now();
    if (Date.now() - this.#since > giveUpMs)
      throw new CliError(EXIT.unreachable, error.message, goOn, { cause: error, code: error.code });
    // One that is cut now and then is no outage to speak of.
    if (this.#tries === 1) told(error.message);
    const pauseMs = Math.min(MAX_PAUSE_MS, 50 * 2 ** this.#tries);
    this.#tries += 1;
    await sleep(pauseMs, undefined, { signal });
  }
}

/** What is not well now may be well in a moment; what does not speak as this version does will not. */
function mayPass(error: unknown): error is CliError {
  return error instanceof CliError && error.exitCode === EXIT.unreachable && error.code !== 'strange_answer';
}
