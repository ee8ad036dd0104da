import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Machine } from '../machine.ts';
import { freeAddresses } from '../ports.ts';
import { accepts, type Processes } from '../processes.ts';
import { type Grants, startTokenServer, type TokenServer } from './token-server.ts';

export interface User {
  readonly username: string;
  readonly password: string;
}

export interface LocalRegistry {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** Writes to staging and cache. */
  readonly builder: User;
  /** Writes to staging, and reads the cache: the builder of a fork's code. */
  readonly forkBuilder: User;
  /** Reads staging, writes releases. */
  readonly promoter: User;
  readonly tokens: TokenServer;
}

/** The first path element of what lies where; the second is the team's registry prefix. */
export const AREAS = { staging: 'staging', release: 'release', cache: 'cache' } as const;

const READ = ['pull'];
const WRITE = ['pull', 'push'];

/** A user with a password of its own. */
const user = (username: string): User => ({ username, password: randomBytes(18).toString('base64url') });

/** Starts the registry, with users for builders and one for releasing; anyone may pull what is released. */
export async function startRegistry(
  processes: Processes,
  machine: Machine,
  dir: string,
  storage: string,
): Promise<LocalRegistry> {
  const [address = '', tokenAddress = ''] = await freeAddresses(2);
  const [builder, forkBuilder, promoter] = [user('builder'), user('fork-builder'), user('promoter')];
  const grants: Grants = {
    builder: { password: builder.password, may: { 'staging/': WRITE, 'cache/': WRITE } },
    'fork-builder': { password: forkBuilder.password, may: { 'staging/': WRITE, 'cache/': READ } },
    promoter: { password: promoter.password, may: { 'staging/': READ, 'release/': [...WRITE, 'delete'] } },
  };
  const tokens = await startTokenServer(tokenAddress, grants, { 'release/': READ });
  await mkdir(storage, { recursive: true });
  const jwks = join(dir, 'registry-jwks.json');
  await writeFile(jwks, JSON.stringify(tokens.jwks));
  const { realm, service, issuer } = tokens;
  const auth = { token: { realm, service, issuer, jwks, signingalgorithms: ['ES256'] } };
  await serve(processes, machine, dir, { name: 'registry', address, storage, readonly: false, auth });
  return { address, builder, forkBuilder, promoter, tokens };
}

/** Serves the stand-ins for public base images, read-only. */
export async function startMirror(
  processes: Processes,
  machine: Machine,
  dir: string,
  storage: string,
): Promise<string> {
  const [address = ''] = await freeAddresses(1);
  await serve(processes, machine, dir, { name: 'mirror', address, storage, readonly: true });
  return address;
}

interface Served {
  readonly name: string;
  readonly address: string;
  readonly storage: string;
  readonly readonly: boolean;
  readonly auth?: object;
}

async function serve(processes: Processes, machine: Machine, dir: string, served: Served): Promise<void> {
  const { name, address, storage, readonly, auth } = served;
  const config = {
    version: 0.1,
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: storage },
      delete: { enabled: !readonly },
      maintenance: { readonly: { enabled: readonly }, uploadpurging: { enabled: false } },
    },
    http: { addr: address, secret: randomBytes(16).toString('hex') },
    ...(auth && { auth }),
  };
  // JSON is YAML, which is what the registry reads.
  const file = join(dir, `${name}.yml`);
  await writeFile(file, JSON.stringify(config), { mode: 0o600 });
  await processes.start({
    name,
    command: machine.registry,
    args: ['serve', file],
    env: { OTEL_TRACES_EXPORTER: 'none' },
    ready: () => accepts(address),
  });
}
