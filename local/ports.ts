import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the range that the kernel takes for outgoing connections (32768 on Linux), so none of those comes first. */
const LOWEST = 20_000;
const HIGHEST = 32_000;

/** What this process gave away: a port may be bound much later, and must not be given twice until then. */
const given = new Set<number>();

/** `count` free loopback ports, as `127.0.0.1:PORT`; random ones, so that two stacks seldom meet. */
export async function freeAddresses(count: number): Promise<string[]> {
  const addresses: string[] = [];
  while (addresses.length < count) {
    if (given.size >= HIGHEST - LOWEST) throw new Error('there is no free port left');
    const port = randomInt(LOWEST, HIGHEST);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) addresses.push(`127.0.0.1:${port}`);
  }
  return addresses;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** The port of `host:port`. */
export const portOf = (address: string): number => Number(address.slice(address.lastIndexOf(':') + 1));
