import type { z } from '@hono/zod-openapi';
import { ProblemView } from '#core/api/common.ts';

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: ProblemView } },
});

/** The answers that every route may give. */
export const PROBLEMS = {
  400: problem('Some fields are not valid; `errors` names them.'),
  401: problem('No token, or one that is not good.'),
  403: problem('The role or token does not allow it.'),
  429: problem('Too many requests: `Retry-After` says when to come again (s).'),
  404: problem('It does not exist, or belongs to another team.'),
  503: problem('Something that the service needs is away; try again.'),
};

export const CONFLICT = { 409: problem('The state of things does not allow it.') };
export const REFUSED = { 422: problem('Refused; `detail` says why.') };

/** Without its content in the type: the library takes a stream only from a route with such an answer. */
export const NO_SUCH_RANGE: { readonly 416: { readonly description: string } } = {
  416: problem('There are not as many bytes (yet).'),
};

/** A JSON answer. */
export const json = <S extends z.ZodType>(schema: S, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

/** A JSON body; none counts as `{}`. (Not `required: false`: then the schema, with its defaults, is not asked.) */
export const body = <S extends z.ZodType>(schema: S) => ({
  body: { required: true, content: { 'application/json': { schema } } },
});
