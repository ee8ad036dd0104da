import {
  type ClientHttp2Session,
  connect,
  constants,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { ServiceDefinition } from '@grpc/grpc-js';
import { loadProtos, serviceOf } from '#local/grpc.ts';
import { freeAddresses, portOf } from '#local/ports.ts';
import { FirestoreTally } from './firestore-tally.ts';
import { GrpcFrames } from './grpc-frames.ts';

export interface FirestoreProxy {
  /** `127.0.0.1:PORT`, for FIRESTORE_EMULATOR_HOST. */
  readonly address: string;
  readonly tally: FirestoreTally;
  close(): Promise<void>;
}

const SERVICE = 'google.firestore.v1.Firestore';

/**
 * Stands before the Firestore at `target` (`host:port`): hands every byte on in both directions, and counts what
 * its messages read and write. It costs time, so nothing is timed through it.
 * @param onRequest sees every message that goes to Firestore.
 */
export async function startFirestoreProxy(
  target: string,
  onRequest: (method: string, message: unknown) => void = () => {},
): Promise<FirestoreProxy> {
  const service = serviceOf(
    loadProtos('@google-cloud/firestore', ['google/firestore/v1/firestore.proto']),
    SERVICE,
  );
  const tally = new FirestoreTally();
  const upstream = connect(`http://${target}`);
  const server = createServer();
  server.on('stream', (incoming, headers) =>
    handOn(upstream, incoming, headers, counted(service, tally, onRequest)),
  );
  const [address = ''] = await freeAddresses(1);
  await new Promise<void>((resolve) => server.listen(portOf(address), '127.0.0.1', resolve));
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session));
  const close = async () => {
    for (const session of sessions) session.destroy();
    upstream.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { address, tally, close };
}

interface Watch {
  readonly request: (bytes: Buffer) => void;
  readonly response: (bytes: Buffer) => void;
  readonly end: () => void;
}

/** Reads the messages of one call as they pass. */
const counted =
  (
    service: ServiceDefinition,
    tally: FirestoreTally,
    onRequest: (method: string, message: unknown) => void,
  ) =>
  (path: string): Watch => {
    const method = Object.entries(service).find(([, definition]) => definition.path === path);
    if (!method) throw new Error(`${path} is no method of ${SERVICE}`);
    const [name, { requestDeserialize, responseDeserialize }] = method;
    const call = tally.call(name);
    const requests = new GrpcFrames((bytes) => {
      const message: unknown = requestDeserialize(bytes);
      onRequest(name, message);
      call.request(message);
    });
    const responses = new GrpcFrames((message) => call.response(responseDeserialize(message)));
    return {
      request: (bytes) => requests.write(bytes),
      response: (bytes) => responses.write(bytes),
      end: () => call.end(),
    };
  };

function handOn(
  upstream: ClientHttp2Session,
  incoming: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  watch: (path: string) => Watch,
): void {
  const watched = watch(headers[':path'] ?? '');
  const outgoing = upstream.request({ ...headers });
  incoming.on('data', watched.request);
  incoming.pipe(outgoing);
  outgoing.on('data', watched.response);
  outgoing.once('response', (answer, flags) => {
    const { ':status': status, ...rest } = answer;
    const head = { ':status': status ?? 502, ...rest };
    // an error without a message comes as headers that are the end already
    if (flags & constants.NGHTTP2_FLAG_END_STREAM) return incoming.respond(head, { endStream: true });
    incoming.respond(head, { waitForTrailers: true });
    outgoing.pipe(incoming);
  });
  let trailers: IncomingHttpHeaders = {};
  outgoing.once('trailers', (given) => {
    trailers = given;
  });
  incoming.once('wantTrailers', () => incoming.sendTrailers(trailers));
  outgoing.once('close', watched.end);
  // Whoever goes away first takes the other along, as without us.
  incoming.once('close', () => outgoing.close(constants.NGHTTP2_CANCEL));
  incoming.on('error', () => outgoing.close(constants.NGHTTP2_CANCEL));
  outgoing.on('error', () => incoming.close(constants.NGHTTP2_CANCEL));
}
