import type { UserErrorCode } from './error-codes.ts';

/**
 * Retry is a type. Every error that leaves a use case is one of these, or a bug:
 * - `UserError`: the caller or their repository is wrong; shown as written, never retried.
 * - `TransientError`: an outside was slow, full or away; retried with backoff, then dead-lettered.
 * - anything else is a bug: HTTP 500, the message is nacked, someone is alerted.
 */

/** One wrong field of a request: a path such as `repository.full_name`, and what is wrong with it. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/** The caller's mistake, in words that the caller can act on. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly code: UserErrorCode;
  readonly problems: readonly FieldProblem[];
  /** When asking again may help (s from now); null: never, as it is. */
  readonly retryAfterS: number | null;

  constructor(
    code: UserErrorCode,
    message: string,
    options: { cause?: unknown; problems?: FieldProblem[]; retryAfterS?: number } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.problems = options.problems ?? [];
    this.retryAfterS = options.retryAfterS ?? null;
  }
}

/** Something outside failed in a way that may pass. `cause` is what it said. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
}

/** Makes a switch exhaustive: the compiler complains where a case is missing. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
