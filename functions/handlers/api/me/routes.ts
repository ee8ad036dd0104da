import { createRoute } from '@hono/zod-openapi';
import { MeView, SignedOutView } from '#core/api/me.ts';
import { UserError } from '#core/errors.ts';
import { actFor } from '#use-cases/act-for.ts';
import { signedIn } from '../access.ts';
import { recorded } from '../audit.ts';
import type { Api, ApiDeps } from '../context.ts';
import { CONFLICT, json, PROBLEMS } from '../openapi.ts';
import { meView } from './view.ts';

const me = createRoute({
  method: 'get',
  path: '/v1/me',
  summary: 'Who you are, your teams, and what you may do in the one you act for',
  ...signedIn('me.get'),
  responses: { 200: json(MeView, 'You.'), ...PROBLEMS },
});

const signOut = createRoute({
  method: 'post',
  path: '/v1/me/sign-out',
  summary: 'Revoke the API token that this is asked with, and with it those that end with it',
  ...signedIn('me.sign_out'),
  responses: {
    200: json(SignedOutView, 'It is good no longer: asked again with it, this is a 401.'),
    ...PROBLEMS,
    ...CONFLICT,
  },
});

/** Who calls. */
export function meRoutes(api: Api, { store, now }: ApiDeps): void {
  api.openapi(me, async (context) => {
    const principal = context.get('principal');
    const wanted = context.req.header('x-bitflow-team');
    const clear = wanted !== undefined || principal.kind === 'token' || principal.memberships.length === 1;
    return context.json(meView(principal, clear ? await actFor(store, principal, wanted) : null), 200);
  });
  api.openapi(signOut, async (context) => {
    const principal = context.get('principal');
    if (principal.kind === 'user')
      throw new UserError('conflict', 'an ID token is not revoked here: it ends by itself, within the hour');
    const { token, team } = principal;
    const caller = { kind: 'token', id: token.id, owner: token.owner } as const;
    await recorded(context, 'me.sign_out', { caller, team: team.id }, () =>
      store.tokens.revoke(token.id, now()),
    );
    return context.json({ revoked: token.id }, 200);
  });
}
