import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import { z } from 'zod';
import { UserError } from '#core/errors.ts';
import { safeEqual } from '#core/ids.ts';

/** How long a person may take over the pages (ms). */
const SESSION_MS = 10 * 60_000;
const NAME = 'bitflow-device';

/**
 * How far somebody is who answers a terminal's request. It is kept by their browser, signed; each step has a form
 * token of its own, so that what another site, or an older tab, sends is not taken.
 */
const Session = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('begun') }),
  /** At the provider: what `finish` must be called with, and the user code that they came with. */
  z.strictObject({ step: z.literal('away'), code: z.string(), session: z.string() }),
  /** Back, and known. */
  z.strictObject({ step: z.literal('back'), code: z.string(), email: z.string() }),
]);
type Session = z.infer<typeof Session>;
type Step = Session['step'];
const Kept = z.strictObject({ form: z.string(), until: z.int(), session: Session });

export interface SessionSettings {
  readonly key: string;
  /** Whether people come over https: everywhere but on one machine. */
  readonly secure: boolean;
  readonly now: () => number;
}

/** The sessions of the pages, in one cookie. */
export function sessions({ key, secure, now }: SessionSettings) {
  // `__Host-`: no other host of the domain can have set it (RFC 6265bis, section 4.1.3.2).
  const prefix = secure ? 'host' : undefined;
  const options = {
    httpOnly: true,
    // Not `Strict`: the provider sends people back to us.
    sameSite: 'Lax' as const,
    secure,
    path: secure ? '/' : '/device',
    ...(prefix && ({ prefix } as const)),
  };
  const start = async (context: Context, session: Session): Promise<string> => {
    const form = randomBytes(24).toString('base64url');
    const kept = { form, until: now() + SESSION_MS, session };
    const value = Buffer.from(JSON.stringify(kept)).toString('base64url');
    await setSignedCookie(context, NAME, value, key, { ...options, maxAge: SESSION_MS / 1000 });
    return form;
  };
  const read = async <S extends Step>(context: Context, step: S) => {
    const value = await getSignedCookie(context, key, NAME, prefix);
    const kept = value ? Kept.parse(JSON.parse(Buffer.from(value, 'base64url').toString())) : null;
    if (kept === null || kept.until <= now() || kept.session.step !== step) throw startAgain();
    return { form: kept.form, session: kept.session as Extract<Session, { step: S }> };
  };
  return {
    /** Begins a step. @returns the token that the form of its page must send. */
    start,
    /** The session, which must be at this step. Throws UserError('refused'). */
    read,
    /** The same, where a form was sent: with the token of its page. */
    posted: async <S extends Step>(context: Context, step: S, form: string) => {
      const kept = await read(context, step);
      if (!safeEqual(kept.form, form)) throw startAgain();
      return kept.session;
    },
    end: (context: Context) => {
      deleteCookie(context, NAME, options);
    },
  };
}
export type Sessions = ReturnType<typeof sessions>;

function startAgain(): UserError {
  return new UserError('refused', 'this page is not what your browser was at last: start again');
}
