import { Hono } from 'hono';
import { parseBody } from '#adapters/http/body.ts';
import { answerProblems } from '#adapters/http/problem.ts';
import { about } from '#adapters/telemetry/log-context.ts';
import { UserError } from '#core/errors.ts';
import { ExchangeRequest } from '#core/exchange.ts';
import { type ExchangeDeps, exchange } from '#use-cases/exchange.ts';

/** `POST /v1/exchange` with an ExchangeRequest → 200 ExchangeGrant; 401 not a builder; 409 another one has it. */
export function exchangeApp(deps: ExchangeDeps): Hono {
  const app = new Hono();
  answerProblems(app);
  app.get('/v1/health', (context) => context.json({ status: 'ok' }));
  app.post('/v1/exchange', async (context) => {
    const bearer = /^Bearer ([^\s]{1,8192})$/.exec(context.req.header('authorization') ?? '')?.[1];
    if (!bearer)
      throw new UserError('unauthenticated', 'the identity token of the builder’s account is missing');
    const request = await parseBody(context, ExchangeRequest);
    about({ build_id: request.build_id });
    context.header('cache-control', 'no-store');
    return context.json(await exchange(deps, bearer, request));
  });
  return app;
}
