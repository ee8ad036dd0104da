import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A server on this machine that a browser is sent to, and comes back to. */
export interface Loopback {
  /** The page to begin at. Nobody can guess it: it says what the way back has to prove. */
  readonly startUrl: string;
  /** The code that came back; rejects once `signal` aborts. */
  readonly code: Promise<string>;
  close(): void;
}

/**
 * Waits for a browser on this machine alone (RFC 8252, section 7.3). What comes back has to have the state that was
 * sent: another page that the person visits could have it taken for its own code otherwise.
 * @param page what is shown first, from the address to come back to and the state.
 */
export async function startLoopback(
  page: (redirectUrl: string, state: string, nonce: string) => string,
  signal: AbortSignal,
): Promise<Loopback> {
  const [state, secret] = [randomBytes(32).toString('hex'), randomBytes(16).toString('hex')];
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const at = server.address();
  if (at === null || typeof at === 'string') throw new Error('the server has no port');
  const host = `127.0.0.1:${at.port}`;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  const code = new Promise<string>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    server.on('request', (request, response) => {
      const url = addressed(request, host);
      if (url?.pathname === `/${secret}`) {
        const nonce = randomBytes(16).toString('hex');
        return send(response, 200, page(`http://${host}/callback`, state, nonce), nonce);
      }
      const came = url?.pathname === '/callback' ? url.searchParams.get('code') : null;
      if (!came || !same(url?.searchParams.get('state') ?? '', state))
        return send(response, 404, text('This is not the page that you look for', 'Nothing was done.'));
      send(response, 200, text('The App is made', 'You can close this page: the terminal goes on.'));
      response.once('finish', () => resolve(came));
    });
  });
  code.catch(() => undefined); // whoever waits for it is told
  return { startUrl: `http://${host}/${secret}`, code, close };
}

/** The address that is asked for; null where it was not this one: a name that points here is another's page. */
function addressed({ method, url, headers }: IncomingMessage, host: string): URL | null {
  if (method !== 'GET' || headers.host !== host || !url?.startsWith('/')) return null;
  return URL.canParse(`http://${host}${url}`) ? new URL(`http://${host}${url}`) : null;
}

function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function send(response: ServerResponse, status: number, html: string, nonce?: string): void {
  const scripts = nonce === undefined ? '' : `; script-src 'nonce-${nonce}'`;
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'content-security-policy': `default-src 'none'; frame-ancestors 'none'; base-uri 'none'${scripts}`,
    connection: 'close',
  });
  response.end(html);
}

function text(title: string, line: string): string {
  return `<!doctype html><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><p>${line}</p>`;
}

/** Text within HTML, in an attribute too. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
