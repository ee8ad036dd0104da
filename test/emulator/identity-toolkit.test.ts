import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { emulatorIdentity } from '#adapters/identity/people.ts';
import { identityToolkit } from '#adapters/identity-toolkit/sign-in.ts';
import type { SignIn } from '#core/ports.ts';
import { type IdentityToolkitServer, startIdentityToolkit } from '#local/identity-toolkit/server.ts';

const PROJECT = 'demo-bitflow';
const RETURN_TO = 'https://builds.example.com/device/return';
const { FIREBASE_AUTH_EMULATOR_HOST: authEmulator = '' } = process.env;
const people = emulatorIdentity(PROJECT);

let server: IdentityToolkitServer;
let signIn: SignIn;
beforeAll(async () => {
  server = await startIdentityToolkit(authEmulator);
  signIn = identityToolkit({ endpoint: server.endpoint, apiKey: 'local' });
});
afterAll(() => server.close());

/** What a browser does at the provider's page. @returns where it is sent back to. */
async function choose(address: string, email: string, verified = true): Promise<string> {
  const page = await (await fetch(address)).text();
  const state = /name="state" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const form = new URLSearchParams({ state, email, ...(verified && { verified: 'on' }) });
  const answer = await fetch(new URL('/choose', address), { method: 'POST', body: form, redirect: 'manual' });
  return answer.headers.get('location') ?? '';
}

let met = 0;
const somebody = () => `person-${met++}-${process.pid}@acme.example`;

describe('signing in by Identity Platform’s API', () => {
  it.each(['google.com', 'github.com'] as const)(
    'goes to %s and back, and says who it was',
    async (provider) => {
      const email = somebody();
      const { address, session } = await signIn.begin(provider, RETURN_TO);
      const back = await choose(address, email);
      expect(back.split('?')[0]).toBe(RETURN_TO);
      const idToken = await signIn.finish(back, session);
      expect(await people.verify(idToken?.reveal() ?? '')).toEqual({ email });
    },
  );

  it('is finished once, and by who began it', async () => {
    const one = await signIn.begin('google.com', RETURN_TO);
    const other = await signIn.begin('google.com', RETURN_TO);
    const back = await choose(one.address, somebody());
    expect(await signIn.finish(back, other.session)).toBeNull();
    expect(await signIn.finish(back, 'guessed')).toBeNull();
    expect(await signIn.finish(back.replace(/code=[^&]+/, 'code=guessed'), one.session)).toBeNull();
    expect(await signIn.finish(back.replace('builds.', 'other.'), one.session)).toBeNull();
    expect(await signIn.finish(`${RETURN_TO}?state=none&code=none`, one.session)).toBeNull();
    expect(await signIn.finish(back, one.session)).not.toBeNull();
    expect(await signIn.finish(back, one.session)).toBeNull();
  });

  it('says nobody where the person would rather not', async () => {
    const { address, session } = await signIn.begin('google.com', RETURN_TO);
    const back = await choose(address, '');
    expect(new URL(back).searchParams.get('error')).toBe('access_denied');
    expect(await signIn.finish(back, session)).toBeNull();
  });

  it('gives a token that is nobody’s for an address that is not verified, until its mail was answered', async () => {
    const email = somebody();
    const enter = async () => {
      const { address, session } = await signIn.begin('github.com', RETURN_TO);
      return signIn.finish(await choose(address, email, false), session);
    };
    const idToken = await enter();
    expect(await people.verify(idToken?.reveal() ?? '')).toBeNull();
    if (idToken) await signIn.mailVerification(idToken);
    expect(await people.verify((await enter())?.reveal() ?? '')).toBeNull();
    await fetch(await mailTo(email));
    expect(await people.verify((await enter())?.reveal() ?? '')).toEqual({ email });
  });
});

/** The link of the last mail to an address: the emulator sends none, and keeps them. */
async function mailTo(address: string): Promise<string> {
  const kept = await fetch(`http://${authEmulator}/emulator/v1/projects/${PROJECT}/oobCodes`);
  const { oobCodes } = Mails.parse(await kept.json());
  return oobCodes.findLast(({ email }) => email === address)?.oobLink ?? '';
}
const Mails = z.object({ oobCodes: z.array(z.object({ email: z.string(), oobLink: z.string() })) });

describe('what stands in for the API', () => {
  const post = async (method: string, body: object) => {
    const answer = await fetch(`${server.endpoint}/v1/accounts:${method}?key=local`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: await answer.json() };
  };

  it.each([
    [{ providerId: 'google.com', continueUri: `${RETURN_TO}?state=x` }, 'INVALID_CONTINUE_URI'],
    [{ providerId: 'google.com', continueUri: `${RETURN_TO}#x` }, 'INVALID_CONTINUE_URI'],
    [{ providerId: 'evil.com', continueUri: RETURN_TO }, 'INVALID_PROVIDER_ID'],
  ])('refuses %j as the API does', async (body, message) => {
    expect(await post('createAuthUri', body)).toMatchObject({
      status: 400,
      body: { error: { code: 400, message } },
    });
  });

  it('keeps a session id that it is given', async () => {
    const body = { providerId: 'google.com', continueUri: RETURN_TO, sessionId: 'mine' };
    expect(await post('createAuthUri', body)).toMatchObject({
      status: 200,
      body: {
        providerId: 'google.com',
        sessionId: 'mine',
        authUri: expect.stringContaining('/choose?state='),
      },
    });
  });

  it('leaves everything else to the emulator', async () => {
    const email = somebody();
    const asked = await post('createAuthUri', { identifier: email, continueUri: RETURN_TO });
    expect(asked).toMatchObject({ status: 200, body: { registered: false } });
    const made = await post('signUp', { email, password: 'correct horse', returnSecureToken: true });
    expect(made).toMatchObject({ status: 200, body: { email, idToken: expect.any(String) } });
  });
});
