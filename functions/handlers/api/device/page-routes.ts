import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { csrf } from 'hono/csrf';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import { log } from '#adapters/log.ts';
import { parseUserCode } from '#core/device-grant.ts';
import { ERROR_CODES } from '#core/error-codes.ts';
import { TransientError, UserError } from '#core/errors.ts';
import { deviceCookieKey } from '#core/ids.ts';
import { TeamId } from '#core/team.ts';
import { answerDeviceGrant, questionOf } from '#use-cases/answer-device-grant.ts';
import { personIn, recorded } from '../audit.ts';
import { anybody, refuse } from '../authenticated.ts';
import type { Api, ApiDeps, ApiEnv } from '../context.ts';
import { networkOf } from '../from.ts';
import {
  CONTENT_SECURITY_POLICY,
  donePage,
  leavingPage,
  problemPage,
  questionPage,
  startPage,
} from './pages.ts';
import { setUp } from './routes.ts';
import { type Sessions, sessions } from './session.ts';

const MAX_BODY_BYTES = 4096;
/** More than any provider sends back. */
const MAX_RETURN_CHARS = 8192;

const Begin = z.object({
  form: z.string(),
  code: z.string().max(100),
  provider: z.enum(['google.com', 'github.com']),
});
const Answer = z.discriminatedUnion('answer', [
  z.object({ answer: z.literal('approve'), form: z.string(), code: z.string(), team: TeamId }),
  z.object({ answer: z.literal('deny'), form: z.string(), code: z.string() }),
]);

/**
 * The pages on which a person lets a terminal in: without scripts, for nobody's frame, kept by nobody. They know
 * a person only after a provider said who it is, and tell nothing of a code before.
 */
export function devicePages(api: Api, deps: ApiDeps): void {
  const { store, now, access } = deps;
  const rates = access?.rates ?? null;
  /** A code that nobody waits with may be a guess, whichever of the pages it comes by. */
  const guessed = (from: string | null) => async (error: unknown) => {
    if (error instanceof UserError && error.code === 'not_found') await rates?.failed(networkOf(from));
    throw error;
  };
  const pages = new Hono<ApiEnv>();
  pages.onError((error, context) => {
    const { status, title, text } = problemOf(error);
    if (status >= 500)
      log('ERROR', `${context.req.path} failed`, { request_id: context.get('requestId'), error });
    return context.html(problemPage(title, text), status);
  });
  pages.use(async (context, next) => {
    await next();
    context.header('cache-control', 'no-store');
    context.header('content-security-policy', CONTENT_SECURITY_POLICY);
    context.header('x-frame-options', 'DENY');
    context.header('x-content-type-options', 'nosniff');
    // Not `no-referrer`: a form would come from the origin `null` then (fetch.spec.whatwg.org, "append a request Origin header").
    context.header('referrer-policy', 'same-origin');
    context.header('cross-origin-opener-policy', 'same-origin');
  });
  pages.use(anybody(deps), bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge }));
  pages.use((context, next) => csrf({ origin: setUp(deps).publicUrl })(context, next));
  const kept = sessionsOf(deps);

  pages.get('/', async (context) => {
    const form = await kept().start(context, { step: 'begun' });
    return context.html(startPage({ code: parseUserCode(context.req.query('code') ?? ''), form }));
  });

  pages.post('/', async (context) => {
    const { form, code: typed, provider } = parse(Begin, await context.req.parseBody());
    await kept().posted(context, 'begun', form);
    const code = parseUserCode(typed);
    if (code === null)
      throw new UserError('invalid_request', 'that is no code: it has eight letters, XXXX-XXXX');
    const { signIn, publicUrl } = setUp(deps);
    const { address, session } = await signIn.begin(provider, `${publicUrl}/device/return`);
    await kept().start(context, { step: 'away', code, session });
    return context.html(leavingPage({ address, provider }));
  });

  pages.get('/return', async (context) => {
    const { session } = await kept().read(context, 'away');
    const { search } = new URL(context.req.url);
    if (search.length > MAX_RETURN_CHARS)
      throw new UserError('invalid_request', 'that is too long an answer');
    const { signIn, publicUrl } = setUp(deps);
    const idToken = await signIn.finish(`${publicUrl}/device/return${search}`, session.session);
    if (idToken === null)
      throw new UserError(
        'refused',
        'the provider did not say who you are, so nothing was done. Where you signed in here with another provider before, use that one',
      );
    const person = await access?.people?.verify(idToken.reveal());
    if (!person) {
      await signIn.mailVerification(idToken);
      kept().end(context);
      return context.html(
        problemPage(
          'Confirm your address first',
          'The provider does not vouch for your e-mail address. A mail was sent to it: open the link in it, then start again.',
        ),
        403,
      );
    }
    const email = person.email.toLowerCase();
    await kept().start(context, { step: 'back', code: session.code, email });
    return context.redirect('/device/answer', 303);
  });

  pages.get('/answer', async (context) => {
    const { form, session } = await kept().read(context, 'back');
    const { code, email } = session;
    refuse(await rates?.request(email), 'too many requests');
    const from = context.get('from');
    const { grant, memberships } = await questionOf({ store, now }, email, code).catch(guessed(from));
    if (memberships.length === 0)
      throw new UserError(
        'forbidden',
        `${email} is in no team here: an admin of a team adds you, then start again`,
      );
    const known = grant.from !== null && from !== null;
    const sameNetwork = known ? networkOf(grant.from) === networkOf(from) : null;
    return context.html(questionPage({ grant, email, memberships, form, sameNetwork, now: now() }));
  });

  pages.post('/answer', async (context) => {
    const answer = parse(Answer, await context.req.parseBody());
    const { code, email } = await kept().posted(context, 'back', answer.form);
    if (answer.code !== code) throw new UserError('refused', 'this page is about another code: start again');
    const team = answer.answer === 'approve' ? answer.team : null;
    const grant = await answerDeviceGrant(
      { store, now, recorded: (member, give) => recorded(context, 'device.approve', personIn(member), give) },
      { email, code, team },
    ).catch(guessed(context.get('from')));
    kept().end(context);
    return context.html(donePage(grant));
  });

  api.route('/device', pages);
}

/** The sessions, once it is known that there is somebody to sign in with. */
function sessionsOf(deps: ApiDeps): () => Sessions {
  return () => {
    const secure = setUp(deps).publicUrl.startsWith('https:');
    return sessions({ key: deviceCookieKey(deps.webhookKey), secure, now: deps.now });
  };
}

function tooLarge(): never {
  throw new UserError('too_large', `a form may have ${MAX_BODY_BYTES} bytes here`);
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new UserError('invalid_request', 'this is not what the page sends: start again');
}

function problemOf(error: Error) {
  if (error instanceof UserError) {
    const { status, title } = ERROR_CODES[error.code];
    return { status, title, text: error.message };
  }
  if (error instanceof HTTPException && error.status === 403)
    return {
      status: 403,
      title: ERROR_CODES.forbidden.title,
      text: 'This was sent by another page than ours.',
    } as const;
  if (error instanceof TransientError)
    return { status: 503, title: ERROR_CODES.unavailable.title, text: 'Try again in a moment.' } as const;
  return { status: 500, title: ERROR_CODES.internal.title, text: 'It was logged.' } as const;
}
