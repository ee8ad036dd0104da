import type { Context, Env, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { ERROR_CODES, type ErrorCode } from '#core/error-codes.ts';
import { type FieldProblem, TransientError, UserError } from '#core/errors.ts';
import { log } from '../log.ts';
import { methodsAt } from './methods.ts';

/** An RFC 9457 problem document. */
export interface Problem {
  /** Where the reference explains the code: a path on the same host (RFC 9457, section 3.1.1). */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly errors: readonly FieldProblem[];
  readonly request_id: string;
}

/** What a service that is away for a moment asks for (s). */
const RETRY_AFTER_S = 2;

/** The one place where errors, and requests that no route takes, become answers. */
export function answerProblems<E extends Env>(app: Hono<E>): void {
  app.onError(answerError);
  app.notFound((context) => {
    const { method, path } = context.req;
    const methods = methodsAt(app.router, path);
    if (methods.length === 0) return answer(context, 'not_found', `There is no ${path}.`);
    context.header('allow', methods.join(', '));
    return answer(context, 'method_not_allowed', `There is no ${method} of ${path}.`);
  });
}

/** What is not the caller's fault says nothing of the inside. */
function answerError(error: Error, context: Context): Response {
  if (error instanceof UserError) {
    if (error.retryAfterS !== null) context.header('retry-after', String(error.retryAfterS));
    return answer(context, error.code, error.message, error.problems);
  }
  if (error instanceof HTTPException && error.status === 400) {
    const errors = [{ path: '', message: 'is not JSON' }];
    return answer(context, 'invalid_request', 'The body is not JSON.', errors);
  }
  if (error instanceof HTTPException && error.status === 415) {
    return answer(context, 'unsupported_media_type', 'Send JSON, with `Content-Type: application/json`.');
  }
  log('ERROR', `${context.req.method} ${context.req.path} failed`, {
    request_id: requestIdOf(context),
    error,
  });
  if (error instanceof TransientError) {
    context.header('retry-after', String(RETRY_AFTER_S));
    const detail = 'Something that the service needs is away. Try again in a moment.';
    return answer(context, 'unavailable', detail);
  }
  const detail = 'This is a fault of the service. It was logged under the request id.';
  return answer(context, 'internal', detail);
}

/** The request's id where a middleware gave it one, else the platform's trace. */
function requestIdOf(context: Context): string {
  const known: unknown = context.get('requestId');
  if (typeof known === 'string') return known;
  const id = context.req.header('x-cloud-trace-context')?.split('/')[0] ?? crypto.randomUUID();
  context.set('requestId', id);
  return id;
}

function answer(context: Context, code: ErrorCode, detail: string, errors: Problem['errors'] = []): Response {
  const { status, title } = ERROR_CODES[code];
  const request_id = requestIdOf(context);
  const problem: Problem = { type: `/docs/errors#${code}`, title, status, detail, code, errors, request_id };
  return context.body(JSON.stringify(problem), status, { 'content-type': 'application/problem+json' });
}
