import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { COMPLAINT, chooseAccountPage } from './page.ts';
import { type Answered, PROVIDERS, signIns } from './sign-ins.ts';

export interface IdentityToolkitServer {
  /** Where the API is, as `IDENTITY_TOOLKIT_ENDPOINT` has it. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** The emulator's address of the API: the real host's name is a part of its path. */
const PREFIX = '/identitytoolkit.googleapis.com';
const MAX_BODY = 100_000;

const CreateAuthUri = z.object({
  providerId: z.enum(PROVIDERS),
  continueUri: z.url(),
  sessionId: z.string().optional(),
});
const SignInWithIdp = z.object({ requestUri: z.string(), sessionId: z.string() });
const Choice = z.object({ state: z.string(), email: z.string(), verified: z.string().optional() });

/**
 * The half of Identity Platform's API that the Auth emulator has not: signing in at a provider, by the browser going
 * there and back (accounts:createAuthUri with a provider, and accounts:signInWithIdp of what came of it; the shapes
 * and rules are those of cloud.google.com/identity-platform/docs/reference/rest/v1/accounts). The provider is a page
 * where anybody says who they are. Whatever else is asked, the emulator answers.
 * @param authEmulator `host:port`.
 */
export async function startIdentityToolkit(authEmulator: string): Promise<IdentityToolkitServer> {
  const begun = signIns();
  /** Another site than 127.0.0.1 to a browser, as a provider is. */
  let origin = '';

  const forward = async (
    method: string,
    url: string,
    headers: Record<string, string>,
    body: string,
  ): Promise<Answer> => {
    const answer = await fetch(`http://${authEmulator}${url}`, {
      method,
      headers,
      ...(method !== 'GET' && method !== 'HEAD' && { body }),
    });
    const type = answer.headers.get('content-type') ?? 'text/plain';
    return { status: answer.status, type, body: await answer.text() };
  };

  const createAuthUri = (body: string): Answer => {
    const asked = CreateAuthUri.safeParse(JSON.parse(body));
    if (!asked.success) return refusal('INVALID_PROVIDER_ID');
    const { providerId, continueUri, sessionId } = asked.data;
    const { hash, searchParams } = new URL(continueUri);
    if (hash !== '' || searchParams.has('state')) return refusal('INVALID_CONTINUE_URI');
    const { state, session } = begun.begin(providerId, continueUri, sessionId);
    const authUri = `${origin}/choose?state=${state}`;
    const kind = 'identitytoolkit#CreateAuthUriResponse';
    return json({ kind, authUri, providerId, sessionId: session });
  };

  const signInWithIdp = (url: string, body: string): Promise<Answer> | Answer => {
    const asked = SignInWithIdp.safeParse(JSON.parse(body));
    if (!asked.success) return refusal('MISSING_SESSION_ID');
    const { requestUri, sessionId } = asked.data;
    const answered: Answered | string = begun.finish(requestUri, sessionId);
    if (typeof answered === 'string') return refusal(answered);
    const { providerId, email, verified } = answered;
    const claims = JSON.stringify({ sub: email, email, email_verified: verified });
    const postBody = String(new URLSearchParams({ providerId, id_token: claims }));
    const sent = { postBody, requestUri: 'http://localhost', returnSecureToken: true };
    return forward('POST', url, { 'content-type': 'application/json' }, JSON.stringify(sent));
  };

  const choose = (body: string): Answer => {
    const choice = Choice.safeParse(Object.fromEntries(new URLSearchParams(body)));
    const place = choice.success
      ? begun.answer(choice.data.state, choice.data.email, 'verified' in choice.data)
      : null;
    return place === null
      ? html(COMPLAINT, 400)
      : { status: 303, type: 'text/plain', body: '', location: place };
  };

  const answer = async (request: IncomingMessage, body: string): Promise<Answer> => {
    const { method = 'GET', url = '/' } = request;
    const { pathname, searchParams } = new URL(url, 'http://identity-toolkit');
    if (method === 'GET' && pathname === '/choose') {
      const state = searchParams.get('state') ?? '';
      const provider = begun.providerOf(state);
      return provider === null ? html(COMPLAINT, 400) : html(chooseAccountPage(provider, state));
    }
    if (method === 'POST' && pathname === '/choose') return choose(body);
    const isOurs = method === 'POST' && searchParams.has('key');
    if (isOurs && pathname === `${PREFIX}/v1/accounts:createAuthUri` && body.includes('"providerId"'))
      return createAuthUri(body);
    if (isOurs && pathname === `${PREFIX}/v1/accounts:signInWithIdp` && body.includes('"sessionId"'))
      return signInWithIdp(url, body);
    const { 'content-type': type, authorization } = request.headers;
    return forward(
      method,
      url,
      { ...(type && { 'content-type': type }), ...(authorization && { authorization }) },
      body,
    );
  };

  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const { status, type, body, location } = await bodyOf(request)
      .then((text) => answer(request, text))
      .catch((error: unknown) => {
        console.error(error);
        return { ...json({ error: { code: 500, message: 'INTERNAL' } }), status: 500 } as Answer;
      });
    response.writeHead(status, { 'content-type': type, ...(location && { location }) });
    response.end(body);
  };

  const server = createServer((request, response) => void respond(request, response));
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const bound = server.address();
      if (bound && typeof bound === 'object') resolve(bound.port);
    });
  });
  origin = `http://localhost:${port}`;
  return {
    endpoint: `http://127.0.0.1:${port}${PREFIX}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly location?: string;
}
const json = (value: object): Answer => ({
  status: 200,
  type: 'application/json',
  body: JSON.stringify(value),
});
const html = (body: string, status = 200): Answer => ({ status, type: 'text/html; charset=utf-8', body });
/** As the API refuses (cloud.google.com/apis/design/errors). */
const refusal = (message: string): Answer => ({
  ...json({ error: { code: 400, message, errors: [{ message, reason: 'invalid', domain: 'global' }] } }),
  status: 400,
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    parts.push(part);
    size += part.length;
    if (size > MAX_BODY) throw new Error('the body is too large');
  }
  return Buffer.concat(parts).toString();
}
