import { TransientError, UserError } from '#core/errors.ts';

/** How long a host's API may take for one answer, all of it (ms). */
export const REQUEST_MS = 10_000;

/** The largest answer that is read: GitHub's own limit for a tree is 7 MB, and nothing else comes near. */
export const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** How much of a host's own words is passed on. */
const MAX_SAID = 300;

/** A host's no, with the HTTP status that it was said with: a caller may know better what it means. */
export class HostRefusal extends UserError {
  readonly status: number;

  constructor(status: number, message: string) {
    super('refused', message);
    this.status = status;
  }
}

/** What a host answered that is not what it was asked for. Header names are lower case. */
export interface BadAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** What it says of it; empty where it says nothing. */
  readonly message: string;
}

/** How a host's API is reached. */
export interface HostReach {
  /** What people call it: `GitHub`. */
  readonly name: string;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

/**
 * A `fetch` for a host's API, for its client to use. The answer is there as a whole when it returns: within the time
 * and the size that it may have, whatever the host does. It follows no redirect: an answer 3xx is the caller's to
 * judge. Throws TransientError where the host is away, slow or breaks off, UserError('refused') past `maxBytes`.
 */
export function hostFetch({
  name,
  timeoutMs = REQUEST_MS,
  maxBytes = MAX_ANSWER_BYTES,
}: HostReach): typeof fetch {
  return async (input, init) => {
    const limit = AbortSignal.timeout(timeoutMs);
    const signal = init?.signal ? AbortSignal.any([init.signal, limit]) : limit;
    try {
      const response = await fetch(input, { ...init, redirect: 'manual', signal });
      const body = await readWhole(response, name, maxBytes);
      const { status, statusText } = response;
      // The body has been unpacked and counted: what the headers say of either is no longer true.
      const headers = new Headers(response.headers);
      for (const header of ['content-encoding', 'content-length']) headers.delete(header);
      return new Response(body.length === 0 ? null : body, { status, statusText, headers });
    } catch (cause) {
      if (cause instanceof UserError) throw cause;
      if (limit.aborted)
        throw new TransientError(`${name} did not answer within ${timeoutMs / 1000} s`, { cause });
      throw new TransientError(`${name} is not reachable`, { cause });
    }
  };
}

async function readWhole(response: Response, name: string, maxBytes: number): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    // Leaving the loop ends the connection: the rest is never read.
    if (size > maxBytes)
      throw new UserError('refused', `the answer of ${name} is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * The error that an answer stands for.
 * @param what what was to be done, after "could not": `read acme/shop`.
 */
export function errorOf(name: string, what: string, answer: BadAnswer): UserError | TransientError {
  const { status } = answer;
  const said = answer.message.replace(/\s+/g, ' ').trim().slice(0, MAX_SAID);
  const could = `could not ${what}`;
  if (asksForTime(answer)) return new TransientError(`${could}: ${name} asks us to come later (${status})`);
  if (status >= 500 || status === 408)
    return new TransientError(`${could}: ${name} answered ${status} ${said}`.trim());
  if (status >= 300 && status < 400)
    return new HostRefusal(status, `${could}: ${name} says that it has another name or address now`);
  return new HostRefusal(status, `${could}: ${reasonFor(name, status)}${said && ` (${said})`}`);
}

function reasonFor(name: string, status: number): string {
  switch (status) {
    case 401:
      return `${name} does not take the credential; it may be wrong, expired or revoked`;
    case 403:
      return `${name} does not allow it to this credential`;
    case 404:
    case 410:
      return `${name} has no such thing, or does not show it to this credential`;
    default:
      return `${name} refuses it with ${status}`;
  }
}

/**
 * Whether a host only wants us to wait. GitHub says it with 403 as well, and not always in a header
 * (docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit).
 */
function asksForTime({ status, headers, message }: BadAnswer): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  const limited = headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0';
  return limited || /\brate limit\b/i.test(message);
}

/** The error of an answer that is no answer to what was asked: it may be another one the next time. */
export function unreadable(name: string, what: string, cause: unknown): TransientError {
  return new TransientError(
    `could not ${what}: the answer of ${name} is not of the shape that it documents`,
    {
      cause,
    },
  );
}
