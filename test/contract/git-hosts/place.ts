import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { GitHost, HostAccess, HostRequest, HostWebhooks } from '#core/ports.ts';
import { Secret } from '#core/secret.ts';
import { type LocalHost, startHost } from '#local/git-hosts/host.ts';
import { Repositories } from '#local/git-hosts/repositories.ts';
import type { StandIn } from '#local/git-hosts/stand-in.ts';
import { freeAddresses } from '#local/ports.ts';
import { listen } from '#test/support/listen.ts';

/** What a host needs for the contract suite. */
export interface HostUnderTest {
  readonly standIn: StandIn;
  readonly webhooks: HostWebhooks;
  /** The adapter at the stand-in. `timeoutMs`: how long it waits for an answer. */
  make(at: { url: string; apiUrl: string; timeoutMs: number }): GitHost;
  /** What the stand-in was told of a commit, in order: whether it is under way, went well or did not. */
  told(local: LocalHost, commit: string): ('pending' | 'success' | 'failure')[];
}

/** A host under test with a real repository, `acme/shop`. */
export interface Place {
  readonly host: GitHost;
  readonly webhooks: HostWebhooks;
  readonly local: LocalHost;
  readonly url: string;
  readonly git: WorkTree;
  /** Where webhooks may be sent to, and what came. */
  readonly listener: Listener;
  /** What is shown for a repository: the token of somebody who may do this. */
  access(right?: 'admin' | 'write' | 'read' | 'wrong' | 'nobody', fullName?: string): HostAccess;
  close(): Promise<void>;
}

/** How long the adapters wait in these tests (ms): far more than a stand-in on this machine takes. */
const TIMEOUT_MS = 2000;
/** Nobody clones in these tests. */
const GIT_URL = 'http://git.test';

export async function startPlace({ standIn, webhooks, make }: HostUnderTest): Promise<Place> {
  const dir = mkdtempSync(join(tmpdir(), 'bitflow-hosts-'));
  const git = new WorkTree(dir, 'acme/shop');
  const [address = ''] = await freeAddresses(1);
  const local = await startHost(standIn, {
    address,
    gitUrl: GIT_URL,
    repositories: new Repositories('git', dir),
    token: 'admin-token',
    delivers: true,
    installationHook: null,
  });
  local.state.tokens.set('write-token', 'write').set('read-token', 'read');
  const listener = await listening();
  return {
    host: make({ url: GIT_URL, apiUrl: local.apiUrl, timeoutMs: TIMEOUT_MS }),
    webhooks,
    local,
    url: GIT_URL,
    git,
    listener,
    access: (right = 'admin', fullName = 'acme/shop') => ({
      full_name: fullName,
      clone_url: `${GIT_URL}/${fullName}.git`,
      token: right === 'nobody' ? null : new Secret(`${right}-token`),
      installation: false,
    }),
    close: async () => {
      await local.close();
      await listener.close();
      rmSync(dir, { recursive: true });
    },
  };
}

/** What takes webhooks. */
export interface Listener {
  readonly url: string;
  /** The requests that came, the newest last. */
  readonly came: readonly HostRequest[];
  close(): Promise<void>;
}

async function listening(): Promise<Listener> {
  const came: HostRequest[] = [];
  const server = createServer(async (request, response) => {
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    came.push({ headers, rawBody: await text(request) });
    response.writeHead(202).end('{}');
  });
  const { address, close } = await listen(server);
  return { url: `http://${address}/events`, came, close };
}

/** A checkout whose commits are in a bare repository at once. */
export class WorkTree {
  readonly #dir: string;
  readonly #env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  readonly fullName: string;
  /** Where the bare repositories are. */
  readonly folder: string;

  constructor(dir: string, fullName: string) {
    this.fullName = fullName;
    this.folder = dir;
    this.#dir = join(dir, `${fullName}.work`);
    const bare = join(dir, `${fullName}.git`);
    mkdirSync(this.#dir, { recursive: true });
    execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', bare], { env: this.#env });
    this.run('init', '--quiet', '--initial-branch=main');
    this.run('remote', 'add', 'origin', bare);
  }

  run(...args: string[]): string {
    const who = ['-c', 'user.name=t', '-c', 'user.email=t@t.test'];
    const options = { env: this.#env, maxBuffer: 64 * 1024 * 1024 };
    return execFileSync('git', ['-C', this.#dir, ...who, ...args], options).toString();
  }

  write(path: string, content: string, mode = 0o644): void {
    const at = join(this.#dir, path);
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, content);
    chmodSync(at, mode);
  }

  link(path: string, target: string): void {
    symlinkSync(target, join(this.#dir, path));
  }

  remove(path: string): void {
    rmSync(join(this.#dir, path), { recursive: true });
  }

  /** Commits what is there, and pushes it with its branch. @returns the commit. */
  commit(message: string): string {
    this.run('add', '--all');
    this.run('commit', '--quiet', '--allow-empty', '--cleanup=verbatim', '-m', message);
    return this.push();
  }

  push(): string {
    this.run('push', '--quiet', '--force', 'origin', 'HEAD');
    return this.run('rev-parse', 'HEAD').trim();
  }

  /** What git itself says of two commits. */
  diff(from: string, to: string): string[] {
    return this.run('diff', '--name-only', '--no-renames', '-z', from, to)
      .split('\0')
      .filter((path) => path !== '')
      .toSorted();
  }
}
