import { z } from 'zod';
import { TransientError, UserError } from '#core/errors.ts';
import type { Secret } from '#core/secret.ts';
import { parseJson, readAtMost, reasonOf } from './answers.ts';

export interface RegistryAccess {
  /** The user and password of a registry host; null for anonymous. */
  readonly credential: (host: string) => Promise<{ username: string; password: Secret } | null>;
  /** `host:port` entries that are spoken to over http. */
  readonly insecure: readonly string[];
  /** Sends the requests; for a registry that a team named, one that reaches public addresses only. */
  readonly fetch?: typeof fetch;
  /**
   * What it means that the registry does not let us do something. It is a bug where the registry is the
   * installation's own, and the team's mistake where it is theirs.
   */
  readonly denied?: (what: string) => Error;
}

/** Docker Hub's API is not at the host that its images are named by. */
const API_HOSTS: Readonly<Record<string, string>> = { 'docker.io': 'registry-1.docker.io' };

/** How long a request may take, its answer's body included, unless it says otherwise (ms). */
const TIMEOUT_MS = 60_000;

/** `host/path` taken apart: the host is everything before the first slash (OCI distribution spec, "name"). */
export function splitPath(path: string): { host: string; name: string } {
  const slash = path.indexOf('/');
  if (slash < 1) throw new Error(`not a registry path: ${path}`);
  return { host: path.slice(0, slash), name: path.slice(slash + 1) };
}

export interface RegistryRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Scopes that the token must carry, as `repository:NAME:pull,push`. */
  readonly scopes: readonly string[];
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  readonly body?: Uint8Array<ArrayBuffer> | ReadableStream;
}

/** A token server's answer (distribution's token specification, "Token Response Fields"). */
const TokenAnswer = z.object({
  token: z.string().optional(),
  access_token: z.string().optional(),
  expires_in: z.number().optional(),
});
const MAX_TOKEN_BYTES = 64 * 1024;

/**
 * Requests to a registry with its bearer tokens (distribution's token authentication specification: a 401
 * names realm and service; the token is asked for with the credential and kept until shortly before it ends).
 */
export class RegistryHttp {
  readonly #access: RegistryAccess;
  readonly #tokens = new Map<string, { header: string; until: number }>();

  constructor(access: RegistryAccess) {
    this.#access = access;
  }

  base(host: string): string {
    return `${this.#access.insecure.includes(host) ? 'http' : 'https'}://${API_HOSTS[host] ?? host}`;
  }

  /** The error of something that the registry does not let us do. */
  denied(what: string): Error {
    return this.#access.denied?.(what) ?? new Error(what);
  }

  /** Throws unless the answer is a good one. @param what was tried, after "could not". */
  async ok(response: Response, what: string): Promise<void> {
    if (response.ok) return;
    const { status } = response;
    const text = await reasonOf(response);
    if (status === 401 || status === 403)
      throw this.denied(`it is not allowed to ${what} (${status}) ${text}`.trim());
    // a registry of ours has what it is asked for, or will; what a team named may be a place that is not there
    if (this.#access.denied !== undefined && status < 500 && status !== 408)
      throw this.#access.denied(`could not ${what} (${status}) ${text}`.trim());
    throw new TransientError(`could not ${what}: ${status} ${text}`);
  }

  /** Sends a request; asks for a token when told to. Network failures and 5xx are TransientErrors. */
  async send(host: string, url: string, request: RegistryRequest): Promise<Response> {
    this.#demandAsSafe(host, url);
    const key = `${host} ${request.scopes.join(' ')}`;
    const known = this.#tokens.get(key);
    const first = await this.#fetch(url, request, known && known.until > Date.now() ? known.header : null);
    if (first.status !== 401) return this.#checked(host, first);
    await first.body?.cancel();
    if (request.body instanceof ReadableStream) throw new Error('a streamed body needs a token beforehand');
    const header = await this.#authorize(
      host,
      key,
      first.headers.get('www-authenticate') ?? '',
      request.scopes,
    );
    return this.#checked(host, await this.#fetch(url, request, header));
  }

  /** A registry that is spoken to over https names no token server or upload address that would take it in clear. */
  #demandAsSafe(host: string, url: string): void {
    if (new URL(url).protocol === 'https:' || !this.base(host).startsWith('https:')) return;
    throw this.denied(`it names an address without https: ${url.slice(0, 200)}`);
  }

  async #fetch(url: string, request: RegistryRequest, authorization: string | null): Promise<Response> {
    const { method, body, timeoutMs = TIMEOUT_MS } = request;
    const send = this.#access.fetch ?? fetch;
    const signal = request.signal ?? AbortSignal.timeout(timeoutMs);
    const headers = { ...request.headers, ...(authorization && { authorization }) };
    const streamed = body instanceof ReadableStream ? { duplex: 'half' as const } : {};
    try {
      return await send(url, { method, headers, signal, ...(body && { body }), ...streamed });
    } catch (cause) {
      if (cause instanceof UserError) throw cause;
      throw new TransientError(`the registry ${new URL(url).host} is not reachable`, { cause });
    }
  }

  async #checked(host: string, response: Response): Promise<Response> {
    if (response.status !== 429 && response.status < 500) return response;
    throw new TransientError(`the registry ${host} answered ${response.status}: ${await reasonOf(response)}`);
  }

  async #authorize(host: string, key: string, challenge: string, scopes: readonly string[]): Promise<string> {
    const credential = await this.#access.credential(host);
    const basic =
      credential &&
      `Basic ${Buffer.from(`${credential.username}:${credential.password.reveal()}`).toString('base64')}`;
    if (/^basic/i.test(challenge) && basic) return this.#keep(key, basic, 3600);
    const realm = /realm="([^"]+)"/.exec(challenge)?.[1];
    if (!realm)
      throw this.denied(`it asks for an authentication that is not known: ${challenge.slice(0, 200)}`);
    if (!URL.canParse(realm)) throw this.denied(`its token server is no address: ${realm.slice(0, 200)}`);
    this.#demandAsSafe(host, realm);
    const url = new URL(realm);
    const service = /service="([^"]+)"/.exec(challenge)?.[1];
    if (service) url.searchParams.set('service', service);
    for (const scope of scopes) url.searchParams.append('scope', scope);
    const response = await this.#checked(
      host,
      await this.#fetch(url.href, { method: 'GET', scopes: [] }, basic),
    );
    if (!response.ok) throw this.denied(`it gave no token for this credential (${response.status})`);
    const answer = TokenAnswer.safeParse(parseJson(await readAtMost(response, MAX_TOKEN_BYTES)));
    const token = answer.data?.token ?? answer.data?.access_token;
    if (token === undefined) throw this.denied('its token server answered without a token');
    return this.#keep(key, `Bearer ${token}`, answer.data?.expires_in ?? 60);
  }

  #keep(key: string, header: string, seconds: number): string {
    this.#tokens.set(key, { header, until: Date.now() + Math.max(0, seconds - 10) * 1000 });
    return header;
  }
}
