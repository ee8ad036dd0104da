import { randomBytes } from 'node:crypto';
import { createRoute } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { isoOrNull } from '#core/api/common.ts';
import { DeviceCodeBody, DeviceCodeView, DeviceTokenBody, DeviceTokenView } from '#core/api/device.ts';
import { POLL_INTERVAL_S, SLOW_DOWN_S, shownCode } from '#core/device-grant.ts';
import { UserError } from '#core/errors.ts';
import { tokenHash } from '#core/ids.ts';
import { beginDeviceGrant } from '#use-cases/begin-device-grant.ts';
import { redeemDeviceGrant } from '#use-cases/redeem-device-grant.ts';
import { personIn, recorded } from '../audit.ts';
import { anybody, refuse } from '../authenticated.ts';
import type { Api, ApiDeps, DeviceSignIn } from '../context.ts';
import { networkOf } from '../from.ts';
import { body, json, PROBLEMS, REFUSED } from '../openapi.ts';

const MAX_BODY_BYTES = 4096;
const { 400: INVALID, 429: LIMITED, 503: AWAY } = PROBLEMS;
const ANSWERS = { 400: INVALID, ...REFUSED, 429: LIMITED, 503: AWAY };

const code = createRoute({
  method: 'post',
  path: '/v1/device/code',
  operationId: 'device.code',
  summary: 'Begin to sign in from a terminal: get a code that a person confirms in a browser',
  security: [],
  request: body(DeviceCodeBody),
  responses: { 200: json(DeviceCodeView, 'The codes (RFC 8628, section 3.2).'), ...ANSWERS },
});

const token = createRoute({
  method: 'post',
  path: '/v1/device/token',
  operationId: 'device.token',
  summary: 'Ask whether the person has confirmed, and get the API token once they have',
  description:
    'As RFC 8628, section 3.4, but for the answers: that nobody has confirmed yet is no error, so it is a `status` of a 200. ' +
    'Asked again after `approved`, it answers with the same token while the code is good.',
  security: [],
  request: body(DeviceTokenBody),
  responses: { 200: json(DeviceTokenView, 'What has become of it.'), ...ANSWERS },
});

/** What a terminal asks that nobody has signed in to yet: to be called before the middleware that asks for a token. */
export function deviceRoutes(api: Api, deps: ApiDeps): void {
  const { store, now } = deps;
  const rates = deps.access?.rates ?? null;
  const onError = () => {
    throw new UserError('too_large', `a body may have ${MAX_BODY_BYTES} bytes here`);
  };
  api.use('/v1/device/*', anybody(deps), bodyLimit({ maxSize: MAX_BODY_BYTES, onError }));
  api.openapi(code, async (context) => {
    const { publicUrl } = setUp(deps);
    const from = context.get('from');
    refuse(await rates?.signIn(networkOf(from)), 'too many terminals of this network want to be signed in');
    const { client } = context.req.valid('json');
    const { grant, deviceCode } = await beginDeviceGrant({ store, now, randomBytes }, { client, from });
    context.header('cache-control', 'no-store');
    const verification_uri = `${publicUrl}/device`;
    const answer = {
      device_code: deviceCode.reveal(),
      user_code: shownCode(grant.id),
      verification_uri,
      verification_uri_complete: `${verification_uri}?code=${shownCode(grant.id)}`,
      expires_in: (grant.expires_at - grant.created_at) / 1000,
      interval: POLL_INTERVAL_S,
    };
    return context.json(answer, 200);
  });
  api.openapi(token, async (context) => {
    setUp(deps);
    context.header('cache-control', 'no-store');
    const { device_code: deviceCode } = context.req.valid('json');
    if (await rates?.polledTooSoon(tokenHash(deviceCode)))
      return context.json({ status: 'slow_down' as const, interval: POLL_INTERVAL_S + SLOW_DOWN_S }, 200);
    const made = await redeemDeviceGrant(
      {
        store,
        now,
        recorded: (by, make) => recorded(context, 'device.token', personIn(by), make, ({ id }) => id),
      },
      deviceCode,
    );
    if (made.status === 'pending')
      return context.json({ status: made.status, interval: POLL_INTERVAL_S }, 200);
    if (made.status !== 'approved') return context.json({ status: made.status }, 200);
    const { id, owner, team, role, expires_at } = made.token;
    const answer = {
      status: made.status,
      token: made.secret.reveal(),
      token_id: id,
      email: owner,
      team,
      role,
      expires_at: isoOrNull(expires_at),
    };
    return context.json(answer, 200);
  });
  // Another method of these is no method, rather than one that takes a token.
  api.all('/v1/device/code', (context) => context.notFound());
  api.all('/v1/device/token', (context) => context.notFound());
}

/** Throws UserError('refused') where the installation lets nobody sign in this way. */
export function setUp({ deviceSignIn }: Pick<ApiDeps, 'deviceSignIn'>): DeviceSignIn {
  if (deviceSignIn !== undefined) return deviceSignIn;
  throw new UserError(
    'refused',
    'signing in from a terminal is not set up in this installation; use an API token: bitflow login --with-token',
  );
}
