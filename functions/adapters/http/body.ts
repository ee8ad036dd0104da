import type { Context } from 'hono';
import type { z } from 'zod';
import { UserError } from '#core/errors.ts';

/** A JSON body through its schema. Throws UserError('invalid_request') that names each wrong field. */
export async function parseBody<T>(context: Context, schema: z.ZodType<T>): Promise<T> {
  const json: unknown = await context.req.json().catch((cause: unknown) => {
    throw new UserError('invalid_request', 'the body is not JSON', {
      cause,
      problems: [{ path: '', message: 'is not JSON' }],
    });
  });
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error);
}

/** A schema's complaints as an error for the caller. */
export function invalid(error: z.ZodError): UserError {
  const problems = error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        path: [...issue.path, key].join('.'),
        message: 'there is no such field',
      }));
    const path = issue.path.join('.');
    // What is wrong with a key of a record stands one level deeper.
    const said = issue.code === 'invalid_key' ? issue.issues : [issue];
    return said.map(({ message }) => ({ path, message }));
  });
  // What only code can tell of rules, and no document of the API, is refused: 400 says that the document was not followed.
  const isSaid = error.issues.every(({ code, path }) => code === 'custom' && path[0] === 'rules');
  const code = isSaid ? 'refused' : 'invalid_request';
  return new UserError(code, 'some fields are not valid', { cause: error, problems });
}
