import type { GitHttpRequest, GitHttpResponse, HttpClient } from 'isomorphic-git';
import { publicFetch } from '../public-fetch.ts';

/** How long a host may take for one answer, all of it (ms). */
const TIMEOUT_MS = 20_000;

/** What is read of an answer: the refs of a repository that has a hundred thousand of them. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/**
 * How git's protocol reaches a host that a team named: at public addresses only, without following redirects (the
 * builder's git follows none either), and for no longer and no more than a list of refs takes.
 * @param allow `host:port` entries that may be private.
 */
export function refsHttp(allow: readonly string[]): HttpClient {
  const send = publicFetch(allow);
  return {
    async request({ url, method = 'GET', headers = {}, body }: GitHttpRequest): Promise<GitHttpResponse> {
      const sent = body && (await collected(body));
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const response = await send(url, {
        method,
        headers,
        signal,
        redirect: 'manual',
        ...(sent && { body: sent }),
      });
      return {
        url,
        method,
        statusCode: response.status,
        statusMessage: response.statusText,
        headers: Object.fromEntries(response.headers),
        body: atMost(response.body, MAX_ANSWER_BYTES),
      };
    },
  };
}

async function* atMost(body: Response['body'], bytes: number): AsyncIterableIterator<Uint8Array> {
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > bytes) throw new Error(`the answer is larger than ${bytes} bytes`);
    yield chunk;
  }
}

/** What we send is a few lines. */
async function collected(body: AsyncIterable<Uint8Array>): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
