import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { httpStatus, TransientError, UserError } from '#core/errors.ts';
import { log } from '../log.ts';

/** An RFC 9457 problem document. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
  readonly request_id: string;
}

type Status = ReturnType<typeof httpStatus> | 404 | 500 | 503;

const TITLES: Record<Status, string> = {
  400: 'The request is not valid',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Not a method of this address',
  409: 'In conflict with the state of things',
  413: 'Too large',
  415: 'Not a type of content that this takes',
  422: 'Refused',
  429: 'Too many requests',
  500: 'A fault of the service',
  503: 'Not available now',
};

/** The one place where an error becomes an answer. What is not the caller's fault says nothing of the inside. */
export function answerError(error: Error, context: Context): Response {
  const requestId = requestIdOf(context);
  if (error instanceof UserError) {
    if (error.retryAfterS !== null) context.header('retry-after', String(error.retryAfterS));
    return answer(context, httpStatus(error.code), error.code, error.message, requestId, error.problems);
  }
  if (error instanceof HTTPException && error.status === 400) {
    return answer(context, 400, 'invalid_request', 'The body is not JSON.', requestId, [
      { path: '', message: 'is not JSON' },
    ]);
  }
  log('ERROR', `${context.req.method} ${context.req.path} failed`, { request_id: requestId, error });
  if (error instanceof TransientError) {
    context.header('retry-after', '2');
    return answer(
      context,
      503,
      'unavailable',
      'Something that the service needs is away. Try again in a moment.',
      requestId,
    );
  }
  return answer(
    context,
    500,
    'internal',
    'This is a fault of the service. It was logged under the request id.',
    requestId,
  );
}

/** The id that the function gave the request, else the platform's. */
function requestIdOf(context: Context): string {
  const own: unknown = context.get('requestId');
  if (typeof own === 'string') return own;
  return context.req.header('x-cloud-trace-context')?.split('/')[0] ?? crypto.randomUUID();
}

/** What an unknown route answers. */
export function answerNotFound(context: Context): Response {
  return answer(
    context,
    404,
    'not_found',
    `There is no ${context.req.method} ${context.req.path}`,
    requestIdOf(context),
  );
}

function answer(
  context: Context,
  status: Status,
  code: string,
  detail: string,
  request_id: string,
  errors: Problem['errors'] = [],
): Response {
  const problem: Problem = {
    type: `about:blank#${code}`,
    title: TITLES[status],
    status,
    detail,
    code,
    errors,
    request_id,
  };
  return context.body(JSON.stringify(problem), status, { 'content-type': 'application/problem+json' });
}
