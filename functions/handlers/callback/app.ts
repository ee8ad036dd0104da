import { Hono } from 'hono';
import { answerProblems } from '#adapters/http/problem.ts';
import { about } from '#adapters/telemetry/log-context.ts';
import { CALLBACK_SIGNATURE_HEADER } from '#core/callback.ts';
import { UserError } from '#core/errors.ts';
import { BUILD_ID } from '#core/ids.ts';
import { type CallbackDeps, callBack } from '#use-cases/callback.ts';

const MAX_BODY_BYTES = 64 * 1024;

/**
 * `POST /v1/builds/{id}/callback` with a signed CallbackMessage → 204; 401, always the same, where it is not
 * accepted. A function of its own, since what it takes in may release an image: `api` has no right to.
 */
export function callbackApp(deps: CallbackDeps): Hono {
  const app = new Hono();
  answerProblems(app);
  app.get('/v1/health', (context) => context.json({ status: 'ok' }));
  app.post('/v1/builds/:id/callback', async (context) => {
    const body = new Uint8Array(await context.req.arrayBuffer());
    if (body.byteLength > MAX_BODY_BYTES)
      throw new UserError('too_large', 'a callback may have 64 KiB at most');
    const signature = context.req.header(CALLBACK_SIGNATURE_HEADER) ?? '';
    const buildId = context.req.param('id');
    if (BUILD_ID.test(buildId)) about({ build_id: buildId });
    await callBack(deps, { buildId, signature, body });
    return context.body(null, 204);
  });
  return app;
}
