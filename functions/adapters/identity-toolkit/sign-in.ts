import { z } from 'zod';
import { TransientError, UserError } from '#core/errors.ts';
import type { SignIn } from '#core/ports.ts';
import { Secret } from '#core/secret.ts';

export interface IdentityToolkitSettings {
  /** Where the API is: `https://identitytoolkit.googleapis.com`, unless another stands in for it. */
  readonly endpoint: string;
  /** The API key of the project: it names the project, and is no secret. */
  readonly apiKey: string;
}

const Begun = z.object({ authUri: z.url({ protocol: /^https?$/ }), sessionId: z.string().min(1).max(2000) });
/** Without a token where Identity Platform wants something else first: a second factor, or another provider. */
const Finished = z.object({ idToken: z.string().min(1).optional() });
const Failure = z.object({ error: z.object({ message: z.string() }) });

const TIMEOUT_MS = 10_000;

/**
 * Signing in by Identity Platform's REST API, without its SDK in a page: cloud.google.com/identity-platform/docs/
 * reference/rest/v1/accounts (createAuthUri, signInWithIdp, sendOobCode). It has the clients of the providers, and
 * makes and checks `state`; the session id is what ties the two halves to one browser.
 */
export function identityToolkit({ endpoint, apiKey }: IdentityToolkitSettings): SignIn {
  const call = (method: string, body: object) => post(`${endpoint}/v1/accounts:${method}`, apiKey, body);
  return {
    begin: async (provider, returnTo) => {
      const asked = await call('createAuthUri', {
        providerId: provider,
        continueUri: returnTo,
        // Without it Google answers in the fragment of the address, which no server sees.
        ...(provider === 'google.com' && { authFlowType: 'CODE_FLOW' }),
        ...(provider === 'google.com' && { customParameter: { prompt: 'select_account' } }),
        ...(provider === 'github.com' && { oauthScope: 'user:email' }),
      });
      if ('refusal' in asked) throw notBegun(provider, asked.refusal);
      const { authUri, sessionId } = Begun.parse(asked.answer);
      return { address: authUri, session: sessionId };
    },
    finish: async (cameBackTo, session) => {
      const asked = await call('signInWithIdp', {
        requestUri: cameBackTo,
        sessionId: session,
        returnSecureToken: true,
      });
      // The person said no, the code was used before, the address is not what was begun: all of it a no.
      if ('refusal' in asked) return null;
      const { idToken } = Finished.parse(asked.answer);
      return idToken === undefined ? null : new Secret(idToken);
    },
    mailVerification: async (idToken) => {
      const asked = await call('sendOobCode', { requestType: 'VERIFY_EMAIL', idToken: idToken.reveal() });
      if ('refusal' in asked) throw new TransientError(`no mail was sent: ${asked.refusal}`);
    },
  };
}

/** A provider that nobody set up is something to tell people; anything else is a fault of our set-up. */
function notBegun(provider: string, refusal: string): Error {
  if (/^(OPERATION_NOT_ALLOWED|CONFIGURATION_NOT_FOUND)/.test(refusal))
    return new UserError('refused', `signing in with ${provider} is not set up in this installation`);
  return new Error(`Identity Platform refused createAuthUri: ${refusal}`);
}

/** What it answers; a refusal is a 400, with the reason in words (cloud.google.com/identity-platform/docs/error-codes). */
async function post(
  url: string,
  apiKey: string,
  body: object,
): Promise<{ answer: unknown } | { refusal: string }> {
  const response = await fetch(`${url}?key=${encodeURIComponent(apiKey)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw new TransientError('Identity Platform did not answer', { cause });
  });
  const text = await response.text().catch((cause: unknown) => {
    throw new TransientError('Identity Platform did not finish its answer', { cause });
  });
  if (response.ok) return { answer: JSON.parse(text) };
  if (response.status === 429 || response.status >= 500)
    throw new TransientError(`Identity Platform answered ${response.status}`);
  const refusal = response.status === 400 ? Failure.safeParse(jsonOf(text)).data?.error.message : undefined;
  if (refusal !== undefined) return { refusal: refusal.slice(0, 200) };
  throw new Error(`Identity Platform answered ${response.status}: is the API key right?`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
