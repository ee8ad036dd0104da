import { z } from 'zod';
import type { StackInfo } from './stack-info.ts';

const SignedIn = z.object({ idToken: z.string() });

/**
 * Signs a person in at the Auth emulator, as if Google had said who they are: it believes whatever it is told.
 * @returns their ID token, to be used as a token of the API.
 */
export async function signIn(
  { authEmulatorHost }: StackInfo,
  email: string,
  verified = true,
): Promise<string> {
  const claims = JSON.stringify({ sub: email, email, email_verified: verified });
  const postBody = String(new URLSearchParams({ providerId: 'google.com', id_token: claims }));
  const url = `http://${authEmulatorHost}/identitytoolkit.googleapis.com/v1/accounts:signInWithIdp?key=local`;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ postBody, requestUri: 'http://localhost', returnSecureToken: true }),
  });
  return SignedIn.parse(await response.json()).idToken;
}
