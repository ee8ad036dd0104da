import { readFile } from 'node:fs/promises';
import { createServer, connect as dial, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readMachine } from '#local/machine.ts';
import { type Stack, startStack } from '#local/stack.ts';
import { testRepository } from '#test/support/stack.ts';

const PROBE = join(import.meta.dirname, 'run-network/probe.py');

/** A server on every address of this machine, that counts who comes. */
async function listen(onConnection: (socket: Socket) => void) {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => socket.destroy());
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  return { port: bound.port, count: () => connections, close: () => server.close() };
}

/** An address of this machine that is not loopback: what a RUN step would reach without a network of its own. */
function ownAddress(): string {
  const found = Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal);
  if (!found) throw new Error('this test needs a network interface with an IPv4 address');
  return found.address;
}

/** A stack of its own: its builds start BuildKit inside their step, as they do in Cloud Build. */
describe('the network of RUN steps', () => {
  const address = ownAddress();
  let metadataPort = 0;
  let stack: Stack;
  /** The metadata server where a RUN step could reach it, as in Cloud Build; here it is otherwise on loopback. */
  let metadata: Awaited<ReturnType<typeof listen>>;
  let neighbour: Awaited<ReturnType<typeof listen>>;

  beforeAll(async () => {
    metadata = await listen((socket) => {
      const target = dial(metadataPort, '127.0.0.1');
      target.on('error', () => socket.destroy());
      socket.pipe(target).pipe(socket);
    });
    neighbour = await listen((socket) => socket.end());
    const workerEnv = { GCE_METADATA_HOST: `${address}:${metadata.port}` };
    stack = await startStack({
      machine: await readMachine(),
      ownBuildkit: true,
      workerEnv,
      log: () => undefined,
    });
    const Options = z.object({ metadata: z.object({ port: z.number() }) });
    const options = Options.parse(JSON.parse(await readFile(join(stack.dir, 'cloud-build.json'), 'utf8')));
    metadataPort = options.metadata.port;
  });

  afterAll(async () => {
    await stack.stop();
    metadata.close();
    neighbour.close();
  });

  test('reaches the internet and no metadata server', async () => {
    const base = stack.mirror ? `${stack.mirror}/bitflow/nixpacks-python:bookworm` : 'python:3-slim';
    const targets = {
      metadata: [address, metadata.port],
      'metadata on loopback': ['127.0.0.1', metadataPort],
      'metadata, link-local': ['169.254.169.254', 80],
      'metadata, IPv6': ['fd20:ce::254', 80],
      loopback: ['127.0.0.1', stack.info.registry.split(':')[1]],
      'the way out': ['198.51.100.2', neighbour.port],
      nameserver: ['198.51.100.3', neighbour.port],
      neighbour: [address, neighbour.port],
    };
    const args = Object.entries(targets).map(([name, target]) => [name, ...target].join('='));
    const dockerfile = [
      `FROM ${base}`,
      'COPY probe.py /',
      `RUN ${JSON.stringify(['python3', '/probe.py', ...args])}`,
      'RUN pip download --no-deps --no-cache-dir --dest /six six==1.17.0',
    ];
    const files = { Dockerfile: dockerfile.join('\n'), 'probe.py': await readFile(PROBE, 'utf8') };
    const { build, log } = await (await testRepository(stack.info, { files })).build();

    expect(build, log).toMatchObject({ status: 'succeeded' });
    expect(log).toContain('outside: open');
    for (const name of Object.keys(targets)) expect(log).toContain(`${name}: refused`);
    expect(log).toMatch(/crafted: [1-9]/);
    expect(neighbour.count(), 'connections from RUN steps').toBe(0);
    // the builder itself was there, or the test would prove nothing
    expect(metadata.count()).toBeGreaterThan(0);
  });

  test('ADD, which BuildKit fetches itself, gets nothing from the metadata server', async () => {
    const url = `http://${address}:${metadata.port}/computeMetadata/v1/instance/service-accounts/default/token`;
    const files = { Dockerfile: `FROM scratch\nADD ${url} /token\n` };
    const { build, log } = await (await testRepository(stack.info, { files })).build();
    expect(build, log).toMatchObject({ status: 'failed' });
    expect(log).toContain('403');
  });
});
