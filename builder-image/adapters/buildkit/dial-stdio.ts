import { chmod, chown } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type Docker from 'dockerode';
import type { Account } from '../process.ts';

export interface DialStdio {
  /** What was last said of a connection that did not come about; null: nothing. */
  words(): string | null;
  close(): void;
}

/**
 * A local socket that leads to the BuildKit in a container: each connection is a `buildctl dial-stdio`
 * that the engine runs there, as Docker's buildx does it. Works wherever the engine's API can be reached.
 */
export async function serveDialStdio(
  docker: Docker,
  container: Docker.Container,
  path: string,
  account: Account | null,
): Promise<DialStdio> {
  const sockets = new Set<Socket>();
  let words: string | null = null;
  const hear = (text: string) => {
    words = text.trim() || words;
  };
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    dial(docker, container, socket, hear).catch((error: unknown) => {
      hear(String(error));
      socket.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  await chmod(path, 0o600);
  if (account) await chown(path, account.uid, account.gid);
  return {
    words: () => words,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function dial(
  docker: Docker,
  container: Docker.Container,
  socket: Socket,
  hear: (text: string) => void,
): Promise<void> {
  const exec = await container.exec({
    Cmd: ['buildctl', 'dial-stdio'],
    ...{ AttachStdin: true, AttachStdout: true, AttachStderr: true },
  });
  const stream = await exec.start({ hijack: true, stdin: true });
  const heard = new Writable({
    write(bytes: Buffer, _encoding, done) {
      hear(bytes.toString('utf8'));
      done();
    },
  });
  docker.modem.demuxStream(stream, socket, heard);
  stream.once('end', () => socket.end());
  stream.once('error', (error) => socket.destroy(error));
  socket.once('close', () => stream.destroy());
  await pipeline(socket, stream, { end: true });
}
