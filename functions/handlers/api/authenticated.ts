import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { log } from '#adapters/log.ts';
import { UserError } from '#core/errors.ts';
import { principalId } from '#core/principal.ts';
import { type Authenticator, authenticator } from '#use-cases/authenticate.ts';
import type { AccessSettings, ApiDeps, ApiEnv } from './context.ts';
import { callerAddress, networkOf } from './from.ts';

const TOKENS_ONLY: AccessSettings = { people: null, gateway: null, rates: null, proxies: 0 };

/** Lets in whom it can tell. For which team they call, and what they may do there, each route asks (`allowed`). */
export function authenticated(deps: ApiDeps) {
  const { access = TOKENS_ONLY, store, now } = deps;
  const { rates } = access;
  const onUnnoted = (error: unknown) => log('WARNING', 'the last use of a token was not noted', { error });
  const { claimOf, identify } = authenticator({ ...access, store, now, onUnnoted });
  return createMiddleware<ApiEnv>(async (context, next) => {
    const { claim, network } = await whence(context, access, claimOf);
    const principal = await identify(claim).catch(async (error: unknown) => {
      if (error instanceof UserError && error.code === 'unauthenticated') {
        // Somebody without any token guesses nothing: a page with a private badge, a browser that looks around.
        if (claim.bearer !== null) await rates?.failed(network);
        context.header('www-authenticate', 'Bearer');
      }
      throw error;
    });
    refuse(await rates?.request(principalId(principal)), 'too many requests');
    context.set('principal', principal);
    context.set('deps', deps);
    await next();
  });
}

/** Lets in whoever comes, a network as often as a caller elsewhere: for routes that nobody can be known at. */
export function anybody(deps: ApiDeps) {
  const { access = TOKENS_ONLY, store, now } = deps;
  const { claimOf } = authenticator({ ...access, store, now, onUnnoted: () => undefined });
  return createMiddleware<ApiEnv>(async (context, next) => {
    const { network } = await whence(context, access, claimOf);
    refuse(await access.rates?.request(network), 'too many requests');
    context.set('deps', deps);
    await next();
  });
}

/** What a request says of its caller, and where it came from. Throws for an address that failed too often. */
async function whence(context: Context<ApiEnv>, access: AccessSettings, claimOf: Authenticator['claimOf']) {
  const claim = await claimOf({
    authorization: context.req.header('authorization'),
    forwarded: context.req.header('x-forwarded-authorization'),
    serverless: context.req.header('x-serverless-authorization'),
  });
  const peer = context.env?.incoming?.socket.remoteAddress ?? null;
  const proxies = access.proxies + (claim.byGateway ? 1 : 0);
  const from = callerAddress(context.req.header('x-forwarded-for'), peer, proxies);
  const network = networkOf(from);
  refuse(await access.rates?.blocked(network), 'too many attempts from this address to sign in failed');
  context.set('from', from);
  return { claim, network };
}

/** Refuses where there is a time to wait. */
export function refuse(waitS: number | null | undefined, why: string): void {
  if (waitS === null || waitS === undefined) return;
  throw new UserError('rate_limited', `${why}; come again in ${waitS} s`, { retryAfterS: waitS });
}
