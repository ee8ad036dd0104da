import { z } from 'zod';
import { ProblemView } from '#core/api/common.ts';
import { CliError } from './errors.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { jsonOrNull } from './json.ts';
import { clean } from './text.ts';

/** A request that failed. */
export interface Failure {
  readonly error: CliError;
  /** Whether it may go well the next time. */
  readonly passing: boolean;
  /** Whether the service cannot have seen it. */
  readonly neverArrived: boolean;
  /** When the service wants to be asked again (s); null: it does not say. */
  readonly retryAfterS: number | null;
}

/** Codes of Node's for a connection that never came about. */
const NEVER_ARRIVED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Where the connection failed, or broke. */
export function unreachable(url: string, cause: unknown): Failure {
  const code = codeOf(cause);
  const why = code ?? deepest(cause);
  const what = `the service at ${url} cannot be reached (${why})`;
  const next = 'Is it up, and the address right? See: bitflow config';
  return {
    error: new CliError(EXIT.unreachable, what, next, { cause, code: 'unreachable' }),
    passing: true,
    neverArrived: code !== null && NEVER_ARRIVED.has(code),
    retryAfterS: null,
  };
}

/** The innermost words: the outer ones say "fetch failed". */
function deepest(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  return error.cause instanceof Error ? deepest(error.cause) : error.message;
}

/** fetch() says "fetch failed" and keeps the reason in its cause. */
function codeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if (error.name === 'TimeoutError') return 'no answer in time';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeOf(error.cause);
}

/** Where the answer had no end in sight: no service of ours. */
export function tooLarge(url: string): Failure {
  const error = strange(url, new Error('the answer is too large'));
  return { error, passing: false, neverArrived: false, retryAfterS: null };
}

/** An answer that no service of ours gives. */
export function strange(url: string, cause: unknown): CliError {
  return new CliError(
    EXIT.unreachable,
    `what answers at ${url} does not speak as this version of bitflow does`,
    'Is the address right (bitflow config)? Else bring bitflow and the service to one version.',
    { cause, code: 'strange_answer' },
  );
}

/** As the service sends it; a newer one may have codes that are new to us. */
const Problem = ProblemView.extend({ code: z.string() });

/** What to do about a code of the service's. */
const NEXT: Readonly<Record<string, string>> = {
  unauthenticated:
    'Sign in again: bitflow login. Where BITFLOW_TOKEN is set, it is that token: set a good one.',
  forbidden: 'Ask an admin of your team, or see what you may do: bitflow whoami',
  not_found: 'Is it written right, and of the team that you act for? See: bitflow whoami',
  team_not_provisioned: 'Whoever operates the installation has to do that. See it done: bitflow teams show',
  rate_limited: 'Wait a little, and try again.',
  unavailable: 'Try again in a moment.',
};

/** An answer that is an error, as it came (RFC 9457). */
export function problemOf(response: Response, text: string, url: string): Failure {
  const { status } = response;
  const parsed = Problem.safeParse(jsonOrNull(text));
  const retryAfter = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
  const passing = status === 429 || status === 502 || status === 503 || status === 504;
  const rest = {
    passing,
    neverArrived: status === 429,
    retryAfterS: Number.isNaN(retryAfter) ? null : retryAfter,
  };
  if (!parsed.success) {
    // A proxy's page, or something else altogether.
    if (status < 500) return { error: strange(url, new Error(`HTTP ${status}`)), ...rest };
    const what = `the service at ${url} is not well (HTTP ${status})`;
    return {
      error: new CliError(EXIT.unreachable, what, 'Try again in a moment.', { code: 'unavailable' }),
      ...rest,
    };
  }
  const { code, detail, errors, request_id: requestId } = parsed.data;
  // Only of what is not valid the detail leaves out which field it is.
  const fields = code === 'invalid_request' ? errors.map(({ path, message }) => `${path} ${message}`) : [];
  const said = fields.length === 0 ? detail : `${detail}: ${fields.join('; ')}`;
  // Its own words are for those who send the header themselves.
  const unknown = `${url} does not take the token: it is unknown, has expired or was revoked`;
  const what = code === 'unauthenticated' ? unknown : clean(said);
  const next =
    NEXT[code] ??
    (status >= 500 ? `Tell whoever operates it: request ${requestId}` : 'See: bitflow help errors');
  return { error: new CliError(exitCodeOf(status), what, next, { code, requestId }), ...rest };
}

function exitCodeOf(status: number): ExitCode {
  if (status === 401 || status === 403) return EXIT.notAllowed;
  if (status === 404) return EXIT.notFound;
  if (status === 400 || status === 415) return EXIT.usage;
  return status === 429 || status >= 500 ? EXIT.unreachable : EXIT.failed;
}
