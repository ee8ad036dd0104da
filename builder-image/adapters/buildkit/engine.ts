import { setTimeout as sleep } from 'node:timers/promises';
import { Stopped } from '../../failure.ts';
import type { BuildGrant } from '../../grant.ts';
import type { Workspace } from '../../workspace.ts';
import { type Account, run } from '../process.ts';
import type { RunNetwork } from '../run-network.ts';

/** A BuildKit to build with, and the account that may speak to it. */
export interface Engine {
  readonly address: string;
  readonly account: Account | null;
  /** Whether it stays, with what it keeps, when the build is gone. */
  readonly isShared: boolean;
  stop(): Promise<void>;
}

/** What a BuildKit is started for. */
export interface EngineContext {
  readonly build: BuildGrant['build'];
  readonly workspace: Workspace;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

const READY_MS = 20_000;
const POLL_MS = 100;
const FORGET_MS = 5000;

/** A buildkitd on its way up: why it ended (null while it runs), and its last words that explain something. */
export interface Starting {
  ended(): string | null;
  words(): string | null;
}

/** Waits until a BuildKit answers. @returns null, or why it does not. Throws `Stopped` on abort. */
export async function untilReady(
  address: string,
  starting: Starting,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<string | null> {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline && starting.ended() === null) {
    if (signal.aborted) throw new Stopped('stopped');
    if (await answers(address, workspace)) return null;
    await sleep(POLL_MS);
  }
  const words = starting.words();
  return [starting.ended() ?? `no answer in ${READY_MS / 1000} s`, ...(words ? [words] : [])].join('; ');
}

/** The last line with which buildkitd complains. */
export function complaint(said: string): string | null {
  const lines = said.split('\n');
  return lines.findLast((line) => /^buildkitd: |level=(?:error|fatal)/.test(line)) ?? null;
}

/**
 * The configuration of a buildkitd that we start (buildkitd.toml). `networkMode` host is the network that runc is
 * started in: with a network of the RUN steps' own, the stand-in for runc says which.
 */
export function daemonConfig(insecureRegistries: readonly string[], network: RunNetwork | null): string {
  const lines = [
    ...(network ? ['[dns]', `nameservers = [${JSON.stringify(network.nameserver)}]`] : []),
    ...['[worker.containerd]', 'enabled = false'],
    ...['[worker.oci]', 'enabled = true', 'networkMode = "host"'],
    ...(network ? [`binary = ${JSON.stringify(network.runc)}`] : []),
    ...insecureRegistries.flatMap((host) => [`[registry.${JSON.stringify(host)}]`, 'http = true']),
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * Deletes BuildKit's own record of a build, which holds what the steps printed, as they printed it.
 * @param ref as `buildctl build --ref-file` wrote it.
 * @returns whether it is gone.
 */
export async function forget(engine: Engine, ref: string, workspace: Workspace): Promise<boolean> {
  const { env, account, scratch } = workspace;
  const ended = run({
    file: 'buildctl',
    args: ['--addr', engine.address, 'debug', 'ctl', '--delete', ref],
    cwd: scratch,
    env,
    account: engine.account ?? account,
    // also where the build was stopped, so not by its own signal
    signal: AbortSignal.timeout(FORGET_MS),
  });
  return ended.then(
    ({ code }) => code === 0,
    () => false,
  );
}

async function answers(address: string, { env, account, scratch }: Workspace): Promise<boolean> {
  const args = ['--addr', address, 'debug', 'workers'];
  const signal = AbortSignal.timeout(5000);
  try {
    return (await run({ file: 'buildctl', args, cwd: scratch, env, account, signal })).code === 0;
  } catch (error) {
    if (error instanceof Stopped) return false; // by its own limit
    throw error;
  }
}
