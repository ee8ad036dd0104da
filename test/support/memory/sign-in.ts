import type { SignIn } from '#core/ports.ts';
import { Secret } from '#core/secret.ts';

/** A provider that says what `cameBackTo` asks it to: `?state=…&as=EMAIL`, once, to whoever has the session. */
export function memorySignIn() {
  const open = new Map<string, string>();
  const mails: string[] = [];
  const signIn: SignIn = {
    begin: async (provider, returnTo) => {
      const state = `state-${open.size}`;
      const session = `session-${open.size}`;
      open.set(state, session);
      const query = new URLSearchParams({ client_id: provider, redirect_uri: returnTo, state });
      return { address: `https://provider.example/auth?${query}`, session };
    },
    finish: async (cameBackTo, session) => {
      const { searchParams } = new URL(cameBackTo);
      const state = searchParams.get('state') ?? '';
      const email = searchParams.get('as');
      if (email === null || open.get(state) !== session) return null;
      open.set(state, 'used');
      return new Secret(`id-token-of-${email.replace('@', '~')}`);
    },
    mailVerification: async (idToken) => {
      mails.push(idToken.reveal());
    },
  };
  return { ...signIn, mails };
}
