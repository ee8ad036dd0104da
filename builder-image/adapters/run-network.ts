import { type ChildProcess, spawn } from 'node:child_process';
import { access, mkdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { BuildFailure, Stopped } from '../failure.ts';
import { endGroup, run } from './process.ts';
import { ADDRESSES, MTU, refusedNetworks, routerLines, stepsLines, TAP } from './run-network-rules.ts';

/** The network that RUN steps have instead of the build step's own. */
export interface RunNetwork {
  /** Stands in for runc (`[worker.oci] binary`): runs it inside the network, or not at all. */
  readonly runc: string;
  /** The nameserver that RUN steps must be told. */
  readonly nameserver: string;
  stop(): void;
}

interface Context {
  /** Root's, and gone after the build. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const READY_MS = 10_000;

/**
 * Makes a network for RUN steps: out to the internet, with DNS, and without the metadata server, the build step's
 * loopback and its neighbours. Two network namespaces: the steps', and a router's, whose rules no step can pass or
 * change. From the router, slirp4netns carries connections out as a plain process of the build step's network, so
 * that nothing is changed there: no interface, rule or setting, also where it is the host's own. Both namespaces end
 * with this process, however it ends. Throws `BuildFailure` where any part of it cannot be had.
 */
export async function startRunNetwork(metadataHost: string, context: Context): Promise<RunNetwork> {
  const children: ChildProcess[] = [];
  const stop = () => {
    // The id of one that has ended may be another's by now.
    for (const child of children)
      if (child.exitCode === null && child.signalCode === null) endGroup(child.pid);
  };
  try {
    const refused = await refusedNetworks(metadataHost);
    await provideTun(context);
    const router = await holdNamespace(children, context);
    const steps = await holdNamespace(children, context);
    await startSlirp(router, children, context);
    await ipBatch(router, routerLines(refused, steps), context);
    await ipBatch(steps, stepsLines(refused), context);
    // At once, not after the up to 0.8 s that a proxy waits by default (proxy_delay in arp(7)).
    await setSysctl(router, `neigh/${TAP}/proxy_delay`, '0', context);
    await setSysctl(router, 'ip_forward', '1', context);
    return { runc: await writeRunc(steps, context), nameserver: ADDRESSES.nameserver, stop };
  } catch (cause) {
    stop();
    if (context.signal.aborted) throw new Stopped('stopped');
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `RUN steps cannot be kept from the metadata server (${why}). The build step must be privileged and have iproute2, util-linux and slirp4netns, as the builder image does.`;
    throw new BuildFailure('internal', message, { fault: 'bug', cause });
  }
}

/** A privileged container has the host's devices; this one may be missing until its driver is first used. */
async function provideTun(context: Context): Promise<void> {
  const there = await access('/dev/net/tun').then(
    () => true,
    () => false,
  );
  if (there) return;
  await mkdir('/dev/net', { recursive: true });
  // Linux, Documentation/admin-guide/devices.txt: 10 char, 200 = /dev/net/tun
  await command('mknod', ['/dev/net/tun', 'c', '10', '200'], context);
}

/** A network namespace, held by a process that ends when its input does, so with us. @returns its process id. */
async function holdNamespace(children: ChildProcess[], { env }: Context): Promise<number> {
  const holder = spawn('unshare', ['--net', 'cat'], { env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  children.push(holder);
  // What cat repeats, it repeats in its new namespace.
  holder.stdin.on('error', () => undefined).write('\n');
  return answered('unshare', holder, holder.stdout);
}

/** Connects the router's namespace to the network that this process is in, by sockets of a process without rights. */
async function startSlirp(router: number, children: ChildProcess[], { env }: Context): Promise<void> {
  const args = ['--configure', `--mtu=${MTU}`, `--cidr=${ADDRESSES.network}`, '--disable-host-loopback'];
  const sandbox = ['--enable-sandbox', '--enable-seccomp'];
  // It ends when the other end of exit-fd is closed: with us, however we end.
  const ends = ['--ready-fd=3', '--exit-fd=4'];
  // Its sandbox unmounts in ways that can reach shared mounts (sandbox.c): a mount namespace of its own keeps them.
  const slirp = spawn(
    'unshare',
    ['--mount', 'slirp4netns', ...args, ...sandbox, ...ends, String(router), TAP],
    { env, detached: true, stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] },
  );
  children.push(slirp);
  const ready = slirp.stdio[3];
  if (!(ready instanceof Readable)) throw new Error('slirp4netns was not started');
  await answered('slirp4netns', slirp, ready);
}

/** Waits for the first byte of a stream that says a process is ready. @returns the process's id. */
function answered(name: string, child: ChildProcess, stream: Readable): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (bytes: Buffer) => {
      said = `${said}${bytes.toString('utf8')}`.slice(-500);
    });
    const timer = setTimeout(
      () => reject(new Error(`${name} is not ready after ${READY_MS / 1000} s`)),
      READY_MS,
    );
    const fail = (why: string) => {
      clearTimeout(timer);
      reject(new Error(why));
    };
    child.once('error', (error) => fail(error.message));
    child.once('close', (code) => fail(`${name} ended with ${code}: ${said.trim()}`));
    stream.once('data', () => {
      clearTimeout(timer);
      if (child.pid !== undefined) resolve(child.pid);
    });
  });
}

const namespaceOf = (pid: number) => `/proc/${pid}/ns/net`;

async function ipBatch(pid: number, lines: readonly string[], context: Context): Promise<void> {
  const file = join(context.folder, `ip-${pid}`);
  await writeFile(file, `${lines.join('\n')}\n`);
  await command('nsenter', [`--net=${namespaceOf(pid)}`, 'ip', '-batch', file], context);
}

/** Files below /proc/sys/net are those of the namespace of whoever opens them. */
async function setSysctl(pid: number, name: string, value: string, context: Context): Promise<void> {
  const file = join(context.folder, 'sysctl');
  await writeFile(file, value);
  await command('nsenter', [`--net=${namespaceOf(pid)}`, 'cp', file, `/proc/sys/net/ipv4/${name}`], context);
}

async function writeRunc(pid: number, { folder }: Context): Promise<string> {
  const path = join(folder, 'runc');
  const namespace = namespaceOf(pid);
  const identity = await readlink(namespace);
  const lines = [
    '#!/bin/sh',
    // The system may give a process id again, to a process that is in another network.
    `[ "$(readlink ${namespace})" = '${identity}' ] || { echo 'the network of RUN steps is gone' >&2; exit 1; }`,
    `exec nsenter --net=${namespace} runc "$@"`,
  ];
  await writeFile(path, `${lines.join('\n')}\n`, { mode: 0o700 });
  return path;
}

async function command(
  file: string,
  args: readonly string[],
  { folder, env, signal }: Context,
): Promise<void> {
  const { code, stderr } = await run({ file, args, cwd: folder, env, account: null, signal });
  if (code !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr.trim() || `exit code ${code}`}`);
}
