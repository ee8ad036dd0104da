import { serve } from '@hono/node-server';
import { jwksIdentity } from '#adapters/identity/jwks.ts';
import { audienceOf } from '#core/cloud-run.ts';
import { Stopped } from './failure.ts';
import { plannerApp } from './planner/app.ts';
import { parsePlannerEnv } from './planner/env.ts';
import { makePlan } from './planner/make-plan.ts';

const env = parsePlannerEnv();
const stop = new AbortController();
const app = plannerApp({
  identity: jwksIdentity({
    jwksUrl: env.IDENTITY_JWKS_URL,
    issuer: env.IDENTITY_ISSUER,
    audience: audienceOf(env.PLANNER_URL),
  }),
  callers: env.PLANNER_CALLERS,
  atOnce: env.PLANS_AT_ONCE,
  plan: (request, signal) => makePlan(env, request, AbortSignal.any([signal, stop.signal])),
  onError: (error) => console.error(error),
});
const server = serve({ fetch: app.fetch, hostname: env.HOST, port: env.PORT }, ({ address, port }) =>
  console.log(`plans at ${address}:${port}`),
);

// Plans that are being made are given up, and what they wrote is removed, before the process ends.
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    stop.abort(new Stopped('stopped'));
    server.close(() => process.exit());
  });
}
