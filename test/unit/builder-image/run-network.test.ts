import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { tellsAnyone } from '#builder/adapters/identity.ts';
import { startRunNetwork } from '#builder/adapters/run-network.ts';
import { refusedNetworks, routerLines, stepsLines } from '#builder/adapters/run-network-rules.ts';
import { temporaryFolder } from './support/temporary.ts';

const { signal } = new AbortController();
const entry = { netmask: '', mac: '', internal: false } as const;
const INTERFACES = {
  lo: [{ ...entry, family: 'IPv4', address: '127.0.0.1', cidr: '127.0.0.1/8', internal: true }],
  eth0: [
    { ...entry, family: 'IPv4', address: '192.168.10.7', cidr: '192.168.10.7/24' },
    { ...entry, family: 'IPv6', address: 'fe80::1', cidr: 'fe80::1/64', scopeid: 2 },
  ],
} satisfies Parameters<typeof refusedNetworks>[1];

describe('what RUN steps must not reach', () => {
  it('is loopback, link-local, where the step is, and the metadata server', async () => {
    const refused = await refusedNetworks('10.1.2.3:8080', INTERFACES);
    expect(refused).toEqual([
      ...['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16'],
      ...['10.1.2.3/32', '127.0.0.1/8', '192.168.10.7/24'],
    ]);
  });

  it.each([
    ['localhost:80', ['127.0.0.1/32']],
    ['[fd20:ce::254]:80', []], // no RUN step has IPv6
  ])('knows %s', async (host, expected) => {
    expect((await refusedNetworks(host, {})).slice(3)).toEqual(expected);
  });

  it('is refused before anything is let through, and by the router, which no step is in', () => {
    const router = routerLines(['10.1.2.3/32'], 42);
    const at = (text: string) => router.findIndex((line) => line.includes(text));
    expect(at('to 10.1.2.3/32 prohibit')).toBeGreaterThan(at('dport 53 lookup'));
    expect(at('to 10.1.2.3/32 prohibit')).toBeLessThan(at('from 198.51.100.200 lookup main'));
    expect(at('blackhole')).toBeLessThan(at('link add'));
    expect(stepsLines(['10.1.2.3/32'])).toContain('rule add pref 200 to 10.1.2.3/32 prohibit');
  });
});

describe('a network that cannot be made', () => {
  it('fails the build, and says what it takes', async () => {
    const folder = await temporaryFolder();
    const made = startRunNetwork('localhost', { folder, env: { PATH: folder }, signal });
    await expect(made).rejects.toMatchObject({
      name: 'BuildFailure',
      fault: 'bug',
      message: expect.stringContaining('must be privileged and have iproute2'),
    });
  });
});

describe('a metadata server', () => {
  const closers: (() => void)[] = [];
  afterEach(() => closers.splice(0).forEach((close) => void close()));

  async function serve(status: (path: string) => number): Promise<string> {
    const server = createServer((request, response) => {
      response.writeHead(status(request.url ?? '')).end('builder@example.com');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => server.close());
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it.each([
    [false, 'that wants its header', () => 403],
    [true, 'that wants none', () => 200],
    [true, 'that wants none for its older paths', (path: string) => (path.includes('/v1beta1/') ? 200 : 403)],
  ])('tells anyone: %s, one %s', async (expected, _, status) => {
    expect(await tellsAnyone(await serve(status), signal)).toBe(expected);
  });

  it('that is not there tells nobody', async () => {
    const host = await serve(() => 200);
    closers.splice(0).forEach((close) => void close());
    expect(await tellsAnyone(host, signal)).toBe(false);
  });
});
