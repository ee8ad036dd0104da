import { z } from 'zod';
import { UserError } from '#core/errors.ts';
import type { Secret } from '#core/secret.ts';
import { PROVIDERS, type Provider, type signInProviders } from './providers.ts';

/** What the module `identity` puts out as `sign_in`: each provider's client, and the full name of its secret. */
export const SignIn = z.partialRecord(
  z.enum(PROVIDERS),
  z.strictObject({
    client_id: z.string().min(1).max(256),
    secret: z.string().regex(/^projects\/[^/]+\/secrets\/[A-Za-z0-9_-]{1,255}$/),
  }),
);
export type SignIn = z.infer<typeof SignIn>;

export interface SetUpDeps {
  readonly providers: ReturnType<typeof signInProviders>;
  /** The latest version of a secret (`projects/P/secrets/NAME`); null where it has none. */
  readonly secretOf: (name: string) => Promise<Secret | null>;
}

/**
 * Tells Identity Platform where people sign in. Every secret is read before anything is changed, and what is there
 * already is written again: a new version of a secret takes effect so. Where nobody is to sign in, Identity Platform
 * may be somebody else's, and is not looked at.
 *
 * @returns what was done, a line each
 */
export async function setUpSignIn(
  { providers, secretOf }: SetUpDeps,
  wanted: SignIn,
): Promise<readonly string[]> {
  const secrets = new Map<Provider, { clientId: string; secret: Secret }>();
  for (const provider of PROVIDERS) {
    const client = wanted[provider];
    if (client === undefined) continue;
    const secret = await secretOf(client.secret);
    if (secret === null) throw new UserError('refused', `${client.secret} has no version that is enabled`);
    secrets.set(provider, { clientId: client.client_id, secret });
  }
  if (secrets.size === 0) return [];
  const there = await providers.list();
  const done: string[] = [];
  for (const provider of PROVIDERS) {
    const client = secrets.get(provider);
    if (client === undefined) {
      if (!there.has(provider)) continue;
      await providers.switchOff(provider);
      done.push(`nobody signs in at ${provider} any more`);
    } else {
      await providers[there.has(provider) ? 'update' : 'create'](provider, client.clientId, client.secret);
      done.push(`people sign in at ${provider}, with the client ${client.clientId}`);
    }
  }
  return done;
}
