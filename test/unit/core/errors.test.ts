import { expect, it } from 'vitest';
import { assertNever, httpStatus, TransientError, UserError } from '#core/errors.ts';

it('keeps code, cause and the fields that are wrong', () => {
  const cause = new Error('inner');
  const problems = [{ path: 'branch', message: 'does not exist' }];
  const error = new UserError('invalid_request', 'no such branch', { cause, problems });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    name: 'UserError',
    code: 'invalid_request',
    message: 'no such branch',
    cause,
    problems,
  });
  expect(new UserError('conflict', 'no').problems).toEqual([]);
  expect(new TransientError('away', { cause })).toMatchObject({
    name: 'TransientError',
    message: 'away',
    cause,
  });
});

it.each([
  ['invalid_request', 400],
  ['unauthenticated', 401],
  ['invalid_signature', 401],
  ['not_found', 404],
  ['conflict', 409],
  ['too_large', 413],
  ['refused', 422],
] as const)('answers %s with %d', (code, status) => expect(httpStatus(code)).toBe(status));

it('names a value that nobody expected', () => {
  const value: unknown = { kind: 'new' };
  expect(() => assertNever(value as never)).toThrow('{"kind":"new"}');
});
