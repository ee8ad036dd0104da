import { expect, it } from 'vitest';
import { ERROR_CODES } from '#core/error-codes.ts';
import { assertNever, TransientError, UserError } from '#core/errors.ts';

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

it('gives each status one meaning, but for 401 and 409', () => {
  const statuses = Object.values(ERROR_CODES).map(({ status }) => status);
  expect(statuses.length - new Set(statuses).size).toBe(2);
});

it('names a value that nobody expected', () => {
  const value: unknown = { kind: 'new' };
  expect(() => assertNever(value as never)).toThrow('{"kind":"new"}');
});
