/**
 * Retry is a type. Every error that leaves a use case is one of these, or a bug:
 * - `UserError`: the caller or their repository is wrong; shown as written, never retried.
 * - `TransientError`: an outside was slow, full or away; retried with backoff, then dead-lettered.
 * - anything else is a bug: HTTP 500, the message is nacked, someone is alerted.
 */

/** What a `UserError` means to an HTTP caller; `httpStatus` is the one place that maps it. */
export type UserErrorCode =
  | 'invalid_request'
  | 'unauthenticated'
  | 'invalid_signature'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'refused';

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

  constructor(
    code: UserErrorCode,
    message: string,
    options: { cause?: unknown; problems?: FieldProblem[] } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.problems = options.problems ?? [];
  }
}

/** Something outside failed in a way that may pass. `cause` is what it said. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
}

/** The HTTP status (RFC 9110, section 15) of each user error. */
export function httpStatus(code: UserErrorCode): 400 | 401 | 404 | 409 | 413 | 422 {
  switch (code) {
    case 'invalid_request':
      return 400;
    case 'unauthenticated':
    case 'invalid_signature':
      return 401;
    case 'not_found':
      return 404;
    case 'conflict':
      return 409;
    case 'too_large':
      return 413;
    case 'refused':
      return 422;
    default:
      return assertNever(code);
  }
}

/** Makes a switch exhaustive: the compiler complains where a case is missing. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
