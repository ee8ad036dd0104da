import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { answerProblems } from '#adapters/http/problem.ts';
import { ERROR_CODES, type UserErrorCode } from '#core/error-codes.ts';
import { TransientError, UserError } from '#core/errors.ts';

/** An app that has `GET` and `PUT /things/:id`, and throws `error` there. */
function appThrowing(error: Error = new Error('a bug')): Hono {
  const app = new Hono();
  answerProblems(app);
  app.use('/things/*', async (_context, next) => next());
  app.on(['GET', 'PUT'], ['/things/:id'], () => {
    throw error;
  });
  return app;
}

const { internal, unavailable, ...ofUsers } = ERROR_CODES;

describe('an error', () => {
  it.each(Object.entries(ofUsers))(
    '%s of the user is a problem document',
    async (code, { status, title }) => {
      const errors = [{ path: 'a.b', message: 'is wrong' }];
      const error = new UserError(code as UserErrorCode, 'do otherwise', {
        problems: errors,
        retryAfterS: 60,
      });
      const answer = await appThrowing(error).request('/things/1');
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(answer.headers.get('retry-after')).toBe('60');
      const request_id = expect.stringMatching(/^[0-9a-f-]{36}$/);
      expect(await answer.json()).toEqual({
        request_id,
        type: `/docs/errors#${code}`,
        title,
        status,
        detail: 'do otherwise',
        code,
        errors,
      });
    },
  );

  it('that passes asks to come again', async () => {
    const answer = await appThrowing(new TransientError('the store at 10.0.0.1 is away')).request(
      '/things/1',
    );
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([unavailable.status, '2']);
    expect(await answer.text()).not.toContain('10.0.0.1');
  });

  it('that is a bug says nothing of the inside', async () => {
    const answer = await appThrowing(new Error('password=hunter2')).request('/things/1');
    expect(answer.status).toBe(internal.status);
    expect(await answer.text()).not.toContain('hunter2');
  });
});

describe('a request that no route takes', () => {
  it.each(['DELETE', 'POST', 'OPTIONS', 'TRACE'])(
    '%s of a path that there is answers 405 with what it has',
    async (method) => {
      const request = new Request('http://host/things/1', { method: method === 'TRACE' ? 'GET' : method });
      Object.defineProperty(request, 'method', { value: method });
      const answer = await appThrowing().request(request);
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, PUT']);
      expect(await answer.json()).toMatchObject({ code: 'method_not_allowed' });
    },
  );

  it('lists the methods of the route that fits best', async () => {
    const app = appThrowing();
    app.post('/things/plan', () => new Response());
    const answer = await app.request('/things/plan', { method: 'DELETE' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('answers 404 where there is nothing, also below middleware', async () => {
    for (const path of ['/', '/things', '/things/1/2']) {
      const answer = await appThrowing().request(path);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ code: 'not_found' });
    }
  });
});
