import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { type Plan, type PlanError, PlanRequest } from '#core/plan.ts';
import type { IdentityVerifier } from '#core/ports.ts';
import { Stopped, toFailure } from '../failure.ts';

export interface PlannerDeps {
  readonly identity: IdentityVerifier;
  /** The accounts that may ask. */
  readonly callers: readonly string[];
  readonly atOnce: number;
  readonly plan: (request: PlanRequest, signal: AbortSignal) => Promise<Plan>;
  /** Told of what is not the repository's fault. */
  readonly onError: (error: unknown) => void;
}

/** More than a request can have: two sets of variables of 32 KiB, a hundred names, a credential. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * `POST /v1/plans` with a PlanRequest → 200 `{plan}`; 422 `{error}`, what a build would fail with; 401 for everyone
 * but the callers; 503 where asking again may help.
 */
export function plannerApp(deps: PlannerDeps): Hono {
  const app = new Hono();
  let busy = 0;
  app.onError((error, context) => {
    deps.onError(error);
    return context.json({ message: 'a fault of the planner' }, 500);
  });
  app.get('/v1/health', (context) => context.json({ status: 'ok' }));
  app.use('/v1/plans', async (context, next) => {
    const bearer = /^Bearer ([^\s]{1,8192})$/.exec(context.req.header('authorization') ?? '')?.[1];
    const identity = bearer === undefined ? null : await deps.identity.verify(bearer);
    if (identity === null || !deps.callers.includes(identity.email))
      return context.json({ message: 'the identity token is not one of a caller' }, 401);
    return next();
  });
  app.post('/v1/plans', bodyLimit({ maxSize: MAX_BODY_BYTES }), async (context) => {
    const request = PlanRequest.safeParse(await context.req.json().catch(() => null));
    if (!request.success) return context.json({ message: request.error.message }, 400);
    if (busy >= deps.atOnce) return again(context, 'as many plans are being made as there may be');
    busy += 1;
    try {
      context.header('cache-control', 'no-store');
      return context.json({ plan: await deps.plan(request.data, context.req.raw.signal) }, 200);
    } catch (error) {
      return answerFailure(deps, context, error);
    } finally {
      busy -= 1;
    }
  });
  return app;
}

function answerFailure(deps: PlannerDeps, context: Context, thrown: unknown): Response {
  if (thrown instanceof Stopped) return again(context, 'the planner is ending');
  const { code, fault, message } = toFailure(thrown);
  if (fault === 'user') return context.json({ error: { code, message } satisfies PlanError }, 422);
  deps.onError(thrown);
  if (fault === 'transient') return again(context, message);
  return context.json({ message: 'a fault of the planner' }, 500);
}

function again(context: Context, message: string): Response {
  context.header('retry-after', '2');
  return context.json({ message }, 503);
}
