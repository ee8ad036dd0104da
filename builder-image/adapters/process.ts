import { spawn } from 'node:child_process';
import { Stopped } from '../failure.ts';

/** The account that whatever touches a repository's content runs as; null leaves ours (it is not root's). */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly account: Account | null;
  readonly signal: AbortSignal;
  /** Sees both streams as they come. */
  readonly onStdout?: (bytes: Buffer) => void;
  readonly onStderr?: (bytes: Buffer) => void;
}

/** `code` is null when a signal ended the command; the texts are the last part of each stream. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const KEPT_BYTES = 4 * 1024 * 1024;
const KILL_AFTER_MS = 5000;

/**
 * Runs a command without a shell, in a process group of its own, so that an abort ends its children too.
 * Throws `Stopped` on abort, and the system's error where the command cannot be started.
 */
export async function run(command: Command): Promise<Ended> {
  if (command.signal.aborted) throw new Stopped('stopped');
  const child = spawn(command.file, command.args, {
    cwd: command.cwd,
    env: command.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(command.account ?? {}),
  });
  const stdout = tail(child.stdout, command.onStdout);
  const stderr = tail(child.stderr, command.onStderr);
  const end = () => endGroup(child.pid);
  command.signal.addEventListener('abort', end, { once: true });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (command.signal.aborted) throw new Stopped('stopped');
    return { code, stdout: stdout(), stderr: stderr() };
  } finally {
    command.signal.removeEventListener('abort', end);
  }
}

/** Asks a process group to end, and makes it end when it does not. */
export function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  signalGroup(pid, 'SIGTERM');
  setTimeout(() => signalGroup(pid, 'SIGKILL'), KILL_AFTER_MS).unref();
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // ESRCH: it ended in between, which is what we want.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function tail(stream: NodeJS.ReadableStream, listener?: (bytes: Buffer) => void): () => string {
  let kept: Buffer[] = [];
  let size = 0;
  stream.on('data', (bytes: Buffer) => {
    listener?.(bytes);
    kept.push(bytes);
    size += bytes.length;
    if (size <= KEPT_BYTES * 2) return;
    kept = [Buffer.concat(kept).subarray(-KEPT_BYTES)];
    size = KEPT_BYTES;
  });
  return () => Buffer.concat(kept).toString('utf8');
}
