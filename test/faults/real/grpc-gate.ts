import {
  type ClientHttp2Session,
  connect,
  constants,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { buffer } from 'node:stream/consumers';
import { freeAddresses, portOf } from '#local/ports.ts';
import type { Answer, Gate, Handle } from './gate.ts';

/** gRPC codes: https://grpc.io/docs/guides/status-codes/ */
export const GRPC = { deadlineExceeded: 4, failedPrecondition: 9, unavailable: 14 } as const;

/**
 * A gate for gRPC over plain HTTP/2, for calls that send one message and may get many: it knows each call by
 * its method, which a proxy of bytes cannot. A broken connection is the status UNAVAILABLE, as clients have it.
 * Source: github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 * @param target `host:port`, asked when a connection is made.
 */
export async function grpcGate(target: () => string, handle: Handle): Promise<Gate> {
  const [address = ''] = await freeAddresses(1);
  const sessions = new Set<ServerHttp2Session>();
  let upstream: ClientHttp2Session | null = null;
  const connected = () => {
    if (upstream === null || upstream.closed || upstream.destroyed) {
      upstream = connect(`http://${target()}`);
      upstream.on('error', () => undefined); // each of its calls fails by itself
    }
    return upstream;
  };
  const server = createServer();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined); // the client is gone
    session.once('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined); // as above
    const answer = async () => {
      const body = await buffer(stream);
      const call = { method: 'POST', path: String(headers[':path']), body };
      return handle(call, () => forward(connected(), headers, body));
    };
    answer().then(
      (given) => write(stream, given ?? status(GRPC.unavailable)),
      () => write(stream, status(GRPC.unavailable)),
    );
  });
  await new Promise<void>((resolve) => server.listen(portOf(address), '127.0.0.1', resolve));
  return {
    address,
    close: async () => {
      upstream?.destroy();
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An answer without a message: a failure, or with code 0 an end. */
export function status(code: number): Answer {
  const headers = { 'content-type': 'application/grpc' };
  return { status: 200, headers, body: Buffer.alloc(0), trailers: { 'grpc-status': String(code) } };
}

function write(stream: ServerHttp2Stream, answer: Answer): void {
  if (stream.destroyed || stream.closed) return; // nobody waits for it any more
  stream.once('wantTrailers', () => stream.sendTrailers({ ...answer.trailers }));
  stream.respond({ ...answer.headers, ':status': answer.status }, { waitForTrailers: true });
  stream.end(answer.body);
}

function forward(session: ClientHttp2Session, from: IncomingHttpHeaders, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = session.request({ ...from, ':authority': undefined });
    const chunks: Buffer[] = [];
    let head: IncomingHttpHeaders | null = null;
    let trailers: IncomingHttpHeaders = {};
    request.once('response', (headers) => {
      head = headers;
    });
    request.once('trailers', (headers) => {
      trailers = headers;
    });
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('error', reject);
    request.once('close', () => {
      if (head === null || request.rstCode !== constants.NGHTTP2_NO_ERROR)
        return reject(new Error('the server broke the call off'));
      const { ':status': code = 502, ...headers } = head as IncomingHttpHeaders & { ':status'?: number };
      // A failure may be all headers and no trailers.
      const ended =
        'grpc-status' in trailers
          ? trailers
          : { 'grpc-status': headers['grpc-status'] ?? '2', 'grpc-message': headers['grpc-message'] };
      resolve({ status: code, headers: without(headers), body: Buffer.concat(chunks), trailers: ended });
    });
    request.end(body);
  });
}

/** Headers without those that are told as trailers. */
function without(headers: IncomingHttpHeaders): Answer['headers'] {
  const { 'grpc-status': _, 'grpc-message': __, ...kept } = headers;
  return kept;
}
