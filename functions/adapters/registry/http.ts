import { TransientError } from '#core/errors.ts';
import type { Secret } from '#core/secret.ts';

export interface RegistryAccess {
  /** The user and password of a registry host; null for anonymous. */
  readonly credential: (host: string) => Promise<{ username: string; password: Secret } | null>;
  /** `host:port` entries that are spoken to over http. */
  readonly insecure: readonly string[];
}

/** `host/path` taken apart: the host is everything before the first slash (OCI distribution spec, "name"). */
export function splitPath(path: string): { host: string; name: string } {
  const slash = path.indexOf('/');
  if (slash < 1) throw new Error(`not a registry path: ${path}`);
  return { host: path.slice(0, slash), name: path.slice(slash + 1) };
}

export interface RegistryRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST';
  /** Scopes that the token must carry, as `repository:NAME:pull,push`. */
  readonly scopes: readonly string[];
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
  readonly body?: Uint8Array<ArrayBuffer> | ReadableStream;
}

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
    return `${this.#access.insecure.includes(host) ? 'http' : 'https'}://${host}`;
  }

  /** Sends a request; asks for a token when told to. Network failures and 5xx are TransientErrors. */
  async send(host: string, url: string, request: RegistryRequest): Promise<Response> {
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

  async #fetch(url: string, request: RegistryRequest, authorization: string | null): Promise<Response> {
    const { method, body, signal } = request;
    const headers = { ...request.headers, ...(authorization && { authorization }) };
    const streamed = body instanceof ReadableStream ? { duplex: 'half' as const } : {};
    try {
      return await fetch(url, {
        method,
        headers,
        ...(body && { body }),
        ...(signal && { signal }),
        ...streamed,
      });
    } catch (cause) {
      throw new TransientError(`the registry ${new URL(url).host} is not reachable`, { cause });
    }
  }

  async #checked(host: string, response: Response): Promise<Response> {
    if (response.status !== 429 && response.status < 500) return response;
    throw new TransientError(
      `the registry ${host} answered ${response.status}: ${(await response.text()).slice(0, 300)}`,
    );
  }

  async #authorize(host: string, key: string, challenge: string, scopes: readonly string[]): Promise<string> {
    const credential = await this.#access.credential(host);
    const basic =
      credential &&
      `Basic ${Buffer.from(`${credential.username}:${credential.password.reveal()}`).toString('base64')}`;
    if (/^basic/i.test(challenge) && basic) return this.#keep(key, basic, 3600);
    const realm = /realm="([^"]+)"/.exec(challenge)?.[1];
    if (!realm)
      throw new Error(`the registry ${host} asks for an authentication that is not known: ${challenge}`);
    const url = new URL(realm);
    const service = /service="([^"]+)"/.exec(challenge)?.[1];
    if (service) url.searchParams.set('service', service);
    for (const scope of scopes) url.searchParams.append('scope', scope);
    const response = await this.#checked(
      host,
      await this.#fetch(url.href, { method: 'GET', scopes: [] }, basic),
    );
    if (!response.ok) throw new Error(`the registry ${host} gave no token (${response.status})`);
    const answer: { token?: unknown; access_token?: unknown; expires_in?: unknown } = JSON.parse(
      await response.text(),
    );
    const token = answer.token ?? answer.access_token;
    if (typeof token !== 'string') throw new Error(`the registry ${host} answered without a token`);
    return this.#keep(key, `Bearer ${token}`, typeof answer.expires_in === 'number' ? answer.expires_in : 60);
  }

  #keep(key: string, header: string, seconds: number): string {
    this.#tokens.set(key, { header, until: Date.now() + Math.max(0, seconds - 10) * 1000 });
    return header;
  }
}
