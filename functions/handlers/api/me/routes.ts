import { createRoute } from '@hono/zod-openapi';
import { MeView } from '#core/api/me.ts';
import { actFor } from '#use-cases/act-for.ts';
import { signedIn } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { json, PROBLEMS } from '../openapi.ts';
import { meView } from './view.ts';

const me = createRoute({
  method: 'get',
  path: '/v1/me',
  summary: 'Who you are, your teams, and what you may do in the one you act for',
  ...signedIn('me.get'),
  responses: { 200: json(MeView, 'You.'), ...PROBLEMS },
});

/** Who calls. */
export function meRoutes(api: Api, { store }: ApiDeps): void {
  api.openapi(me, async (context) => {
    const principal = context.get('principal');
    const wanted = context.req.header('x-bitflow-team');
    const clear = wanted !== undefined || principal.kind === 'token' || principal.memberships.length === 1;
    return context.json(meView(principal, clear ? await actFor(store, principal, wanted) : null), 200);
  });
}
