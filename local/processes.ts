import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Command {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Resolves once the process serves; asked again until then. */
  readonly ready: (output: string) => Promise<boolean> | boolean;
  /** How long it may take to end by itself, in ms; then it is killed. */
  readonly stopMs?: number;
}

const READY_MS = 60_000;
const POLL_MS = 25;
const TAIL = 2000;

/**
 * The child processes of a stack. Each leads a process group of its own, so that ending it ends what it
 * started too; each writes to `LOGDIR/NAME.log`, and a failure to start shows the end of that file.
 */
export class Processes {
  readonly #logDir: string;
  readonly #running: { name: string; child: ChildProcess; stopMs: number }[] = [];

  constructor(logDir: string) {
    this.#logDir = logDir;
  }

  /** Process ids by name. */
  get pids(): Record<string, number> {
    return Object.fromEntries(this.#running.map(({ name, child }) => [name, child.pid ?? 0]));
  }

  /** Starts a process and waits until it serves. @returns what it had printed by then. */
  async start({ name, command, args, env, cwd, ready, stopMs = 5000 }: Command): Promise<string> {
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      cwd,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const file = join(this.#logDir, `${name}.log`);
    const log = createWriteStream(file, { flags: 'a' });
    let output = '';
    let failure: Error | null = null;
    child.once('error', (error) => {
      failure = error;
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.pipe(log, { end: false });
      stream.on('data', (data: Buffer) => {
        if (output.length < 100_000) output += data.toString('utf8');
      });
    }
    this.#running.push({ name, child, stopMs });
    const deadline = Date.now() + READY_MS;
    while (!(await ready(output))) {
      if (failure) throw new Error(`${name} could not be started: ${command}`, { cause: failure });
      if (child.exitCode !== null || child.signalCode !== null) throw await this.#died(name, file, child);
      if (Date.now() > deadline)
        throw new Error(`${name} did not get ready in ${READY_MS / 1000} s; see ${file}`);
      await sleep(POLL_MS);
    }
    return output;
  }

  async #died(name: string, file: string, child: ChildProcess): Promise<Error> {
    await sleep(50); // the last lines are on their way to the file
    const text = await readFile(file, 'utf8');
    return new Error(
      `${name} ended at its start (${child.exitCode ?? child.signalCode}). Its log ends:\n${text.slice(-TAIL)}`,
    );
  }

  /** Ends one process by name, the latest first; nothing happens where there is none. */
  async stop(name: string): Promise<void> {
    const index = this.#running.findLastIndex((entry) => entry.name === name);
    const [entry] = index < 0 ? [] : this.#running.splice(index, 1);
    if (entry) await end(entry.child, entry.stopMs);
  }

  /** Signals one process alone, the latest of that name. */
  signal(name: string, signal: NodeJS.Signals): void {
    const entry = this.#running.findLast((running) => running.name === name);
    if (!entry?.child.kill(signal)) throw new Error(`there is no process ${name}`);
  }

  /** Kills one process and all that it started, at once. */
  async kill(name: string): Promise<void> {
    const index = this.#running.findLastIndex((entry) => entry.name === name);
    const [entry] = index < 0 ? [] : this.#running.splice(index, 1);
    if (entry) await end(entry.child, 0);
  }

  /** Ends all of them, the last started first. */
  async stopAll(): Promise<void> {
    for (const { name } of [...this.#running].reverse()) await this.stop(name);
  }
}

async function end(child: ChildProcess, stopMs: number): Promise<void> {
  if (child.pid === undefined) return;
  const over = () => child.exitCode !== null || child.signalCode !== null;
  const ended = over() ? Promise.resolve() : new Promise((resolve) => child.once('exit', resolve));
  if (!over() && stopMs > 0) child.kill('SIGTERM');
  const timer = new AbortController();
  await Promise.race([ended, sleep(stopMs, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
  signalGroup(child.pid, 'SIGKILL');
  await ended;
}

/** Signals a whole process group; one that is gone already is what we want. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Whether something accepts connections at `host:port`, or at the path of a socket. */
export function accepts(target: string): Promise<boolean> {
  const [host = '', port] = target.split(':');
  return new Promise((resolve) => {
    const socket = port === undefined ? connect(target) : connect({ host, port: Number(port) });
    const done = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}
