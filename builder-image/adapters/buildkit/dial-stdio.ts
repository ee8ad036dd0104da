import { chmod, chown } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type Docker from 'dockerode';
import type { Account } from '../process.ts';

/**
 * A local socket that leads to the BuildKit in a container: each connection is a `buildctl dial-stdio`
 * that the engine runs there, as Docker's buildx does it. Works wherever the engine's API can be reached.
 */
export async function serveDialStdio(
  docker: Docker,
  container: Docker.Container,
  path: string,
  account: Account | null,
): Promise<{ close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // Whoever connected sees that the connection broke, and says so.
    dial(docker, container, socket).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  await chmod(path, 0o600);
  if (account) await chown(path, account.uid, account.gid);
  return {
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function dial(docker: Docker, container: Docker.Container, socket: Socket): Promise<void> {
  const exec = await container.exec({
    Cmd: ['buildctl', 'dial-stdio'],
    ...{ AttachStdin: true, AttachStdout: true, AttachStderr: true },
  });
  const stream = await exec.start({ hijack: true, stdin: true });
  const ignored = new Writable({ write: (_chunk, _encoding, done) => done() });
  docker.modem.demuxStream(stream, socket, ignored);
  stream.once('end', () => socket.end());
  stream.once('error', (error) => socket.destroy(error));
  socket.once('close', () => stream.destroy());
  await pipeline(socket, stream, { end: true });
}
