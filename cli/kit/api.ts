import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Secret } from '#core/secret.ts';
import { type Failure, problemOf, strange, tooLarge, unreachable } from './api-errors.ts';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import {
  type Answer,
  type Body,
  OPERATIONS,
  type Operation,
  type OperationId,
  type Params,
  type Query,
} from './operations.ts';

/** How long an answer may take to begin (ms), beyond what it was asked to wait for. */
const TIMEOUT_MS = 30_000;
/** More than any answer of the service has, the longest page of a log included. */
const MAX_ANSWER_BYTES = 64 * 2 ** 20;
/** So often it is tried again, after so long (ms). */
const PAUSES_MS = [200, 1000, 3000];
/** The longest that a service may ask us to wait (s) before a person is told instead. */
const MAX_RETRY_AFTER_S = 15;

export interface ApiOptions {
  /** An origin. */
  readonly url: string;
  readonly token: Secret | null;
  readonly team: string | null;
  readonly signal: AbortSignal;
  readonly version: string;
  /** How long to wait before each repetition (ms), where the service does not say. */
  readonly pausesMs?: readonly number[];
  /** Told of each request that is made again, and why. */
  readonly onRetry?: (why: string) => void;
}

/** What is sent with a call. */
export type Sent<Id extends OperationId> = {
  readonly params?: Params<Id>;
  readonly query?: Query<Id>;
  readonly body?: Body<Id>;
  readonly signal?: AbortSignal;
  /** How much longer than usual the answer may take (ms). */
  readonly waitMs?: number;
  /** Not to be tried again here: whoever calls has a way of their own to go on. */
  readonly once?: boolean;
};

/** An answer: as the schema has it, and as it came, with what a newer service may have added. */
export interface Answered<Id extends OperationId> {
  readonly value: Answer<Id>;
  readonly raw: unknown;
}

/** The service, over HTTP. Every failure is a CliError with what to do about it. */
export class Api {
  readonly url: string;
  readonly #options: ApiOptions;

  constructor(options: ApiOptions) {
    this.url = options.url;
    this.#options = options;
  }

  /** Calls an operation; what may be repeated without harm is, when the connection or the service fails. */
  async call<Id extends OperationId>(id: Id, sent: Sent<Id> = {}): Promise<Answered<Id>> {
    const operation: Operation = OPERATIONS[id];
    const { params, query, body, signal, waitMs = 0, once = false } = sent as Sent<OperationId>;
    const headers: Record<string, string> = operation.keyed ? { 'idempotency-key': randomUUID() } : {};
    const text = await this.request(addressOf(operation, params ?? {}, query ?? {}), {
      method: operation.method,
      headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      repeatable: operation.keyed || operation.method === 'GET' || operation.method === 'PUT',
      waitMs,
      once,
      ...(signal && { signal }),
    });
    if (operation.answer === undefined) return { value: null, raw: null } as Answered<Id>;
    const raw = jsonOf(text, this.url);
    const parsed = operation.answer.safeParse(raw);
    if (!parsed.success) throw strange(this.url, parsed.error);
    return { value: parsed.data as Answer<Id>, raw };
  }

  /** A request to the service, with the token. @returns the answer's text. Throws CliError for all but 2xx. */
  async request(path: string, request: Request): Promise<string> {
    const { onRetry, signal, pausesMs = PAUSES_MS } = this.#options;
    const stops = [signal, ...(request.signal ? [request.signal] : [])];
    for (let tries = 0; ; tries += 1) {
      const answer = await this.#once(path, request, stops);
      if (typeof answer === 'string') return answer;
      const pause = answer.retryAfterS === null ? pausesMs[tries] : answer.retryAfterS * 1000;
      const may =
        answer.passing &&
        !request.once &&
        (request.repeatable || answer.neverArrived) &&
        tries < pausesMs.length;
      if (!may || pause === undefined || pause > MAX_RETRY_AFTER_S * 1000) throw answer.error;
      onRetry?.(answer.error.message);
      await sleep(pause, undefined, { signal: AbortSignal.any(stops) });
    }
  }

  async #once(path: string, request: Request, stops: readonly AbortSignal[]): Promise<string | Failure> {
    const { token, team, version } = this.#options;
    const late = AbortSignal.timeout(TIMEOUT_MS + (request.waitMs ?? 0));
    try {
      const response = await fetch(new URL(path, this.url), {
        method: request.method,
        headers: {
          ...(token && { authorization: `Bearer ${token.reveal()}` }),
          ...(team !== null && { 'x-bitflow-team': team }),
          'user-agent': `bitflow-cli/${version}`,
          ...request.headers,
        },
        ...(request.body !== undefined && { body: request.body }),
        // A token is for this origin: it follows nobody elsewhere. What redirects is not the service.
        redirect: 'manual',
        signal: AbortSignal.any([...stops, late]),
      });
      const text = await textOf(response);
      if (text === null) return tooLarge(this.url);
      return response.ok ? text : problemOf(response, text, this.url);
    } catch (error) {
      for (const stop of stops) stop.throwIfAborted();
      return unreachable(this.url, error);
    }
  }
}

interface Request {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  readonly waitMs?: number;
  readonly once?: boolean;
  /** Whether it may be sent again although it may have been done. */
  readonly repeatable: boolean;
}

function addressOf({ path }: Operation, params: Readonly<Record<string, string>>, query: object): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => segmentOf(params[name] ?? ''));
  const pairs = Object.entries(query).flatMap(([name, value]: [string, unknown]) =>
    (Array.isArray(value) ? value : [value])
      .filter((one) => one !== undefined)
      .map((one): [string, string] => [name, String(one)]),
  );
  const search = new URLSearchParams(pairs).toString();
  return search === '' ? filled : `${filled}?${search}`;
}

/**
 * A value as one segment of a path. Throws CliError (2) for those that none can be: a URL takes `.` and `..` for
 * steps along the path, however they are encoded (url.spec.whatwg.org, "double-dot URL path segment"), and what is
 * asked for would be something above what was meant.
 */
function segmentOf(value: string): string {
  if (value !== '' && value !== '.' && value !== '..') return encodeURIComponent(value);
  throw new CliError(EXIT.usage, `${JSON.stringify(value)} names nothing`, 'Write a name or an id.');
}

/** An answer's text; null: it is larger than any of the service's. */
async function textOf(response: Response): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_ANSWER_BYTES) return null;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function jsonOf(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw strange(url, error);
  }
}
