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
  | 'forbidden'
  | 'invalid_signature'
  | 'not_found'
  | 'method_not_allowed'
  | 'conflict'
  | 'too_large'
  | 'unsupported_media_type'
  | 'refused'
  | 'rate_limited';

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

/** The HTTP status (RFC 9110, section 15) of each user error. */
export function httpStatus(code: UserErrorCode): 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 {
  switch (code) {
    case 'invalid_request':
      return 400;
    case 'unauthenticated':
    case 'invalid_signature':
      return 401;
    case 'forbidden':
      return 403;
    case 'not_found':
      return 404;
    case 'method_not_allowed':
      return 405;
    case 'conflict':
      return 409;
    case 'too_large':
      return 413;
    case 'unsupported_media_type':
      return 415;
    case 'refused':
      return 422;
    case 'rate_limited':
      return 429;
    default:
      return assertNever(code);
  }
}

/** Makes a switch exhaustive: the compiler complains where a case is missing. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
