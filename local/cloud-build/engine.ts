import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LineSplitter } from './lines.ts';
import type { Engine } from './options.ts';

export type ContainerExit =
  | { readonly kind: 'exited'; readonly code: number }
  /** the engine made no container: an image that is not to be had, an option that it refuses */
  | { readonly kind: 'not-created'; readonly problem: string }
  /** `signal` was aborted, and the container is gone */
  | { readonly kind: 'stopped' };

type CallResult = { readonly ok: boolean; readonly stdout: string; readonly stderr: string };

/** Runs one short engine command. A command that cannot be started at all is thrown, a failing one answered. */
const call = (engine: Engine, args: readonly string[]): Promise<CallResult> =>
  new Promise((resolve, reject) => {
    execFile(
      engine.command,
      [...engine.globalArgs, ...args],
      { timeout: 60_000 },
      (error, stdout, stderr) => {
        if (error && typeof error.code === 'string') reject(error);
        else resolve({ ok: !error, stdout, stderr });
      },
    );
  });

const containers = async (engine: Engine, filter: string): Promise<string[]> => {
  const listed = await call(engine, ['ps', '--all', '--quiet', '--filter', filter]);
  if (!listed.ok) throw new Error(`${engine.command} ps: ${listed.stderr}`);
  return listed.stdout.split('\n').filter((id) => id !== '');
};

/** Kills and removes every container that the filter finds, and returns when the engine lists none of them. */
const removeContainers = async (engine: Engine, filter: string): Promise<void> => {
  let problem = '';
  for (let attempt = 0; attempt < 20; attempt++) {
    const found = await containers(engine, filter);
    if (found.length === 0) return;
    await call(engine, ['kill', '--signal', 'KILL', ...found]); // fails for one that has ended: rm decides
    const removed = await call(engine, ['rm', '--force', '--volumes', ...found]);
    problem = removed.stderr;
    if (!removed.ok) await delay(250);
  }
  throw new Error(`${engine.command} does not remove the containers of ${filter}: ${problem}`);
};

export const stackLabel = (prefix: string) => `bitflow.stack=${prefix}`;

/** Removes whatever containers a stack has left, such as those of a run that crashed. */
export const removeStackContainers = (engine: Engine, prefix: string) =>
  removeContainers(engine, `label=${stackLabel(prefix)}`);

/**
 * Runs `engine run` with these arguments to its end. An abort kills the container and waits until it is gone.
 * @param cidFile where the engine notes the container's id: its absence tells "no container" from exit code 125
 */
export const runContainer = async (
  engine: Engine,
  container: { readonly name: string; readonly args: readonly string[]; readonly cidFile: string },
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<ContainerExit> => {
  if (signal.aborted) return { kind: 'stopped' };
  let last = '';
  const heard = (line: string) => {
    last = line;
    onLine(line);
  };
  // Its own process group: ^C in a terminal must not reach the step before its build is told to stop.
  const child = spawn(
    engine.command,
    [
      ...engine.globalArgs,
      'run',
      '--rm',
      '--name',
      container.name,
      '--cidfile',
      container.cidFile,
      ...container.args,
    ],
    // conmon leaves a file `oom` in its working directory when a container runs out of memory.
    { stdio: ['ignore', 'pipe', 'pipe'], detached: true, cwd: path.dirname(container.cidFile) },
  );
  for (const stream of [child.stdout, child.stderr]) {
    const lines = new LineSplitter(heard);
    stream.on('data', (chunk: Buffer) => lines.write(chunk));
    stream.on('end', () => lines.end());
  }
  let ended = false;
  const exit = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    // A client that died of a signal has no code; 128 + 9 is what a shell would say of a kill.
    child.once('close', (code) => resolve(code ?? 137));
  }).finally(() => {
    ended = true;
  });

  const stop = async () => {
    while (!ended) {
      const killed = await call(engine, ['kill', '--signal', 'KILL', container.name]);
      // No container yet: the client still pulls or sets up. Stop the client; what it left is removed below.
      if (!killed.ok && !ended) child.kill('SIGTERM');
      await Promise.race([exit, delay(200)]);
    }
    await removeContainers(engine, `name=^${container.name}$`);
  };
  let stopping: Promise<void> | undefined;
  const onAbort = () => {
    stopping = stop();
    stopping.catch(() => {}); // awaited below; this only keeps Node from calling it unhandled before
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const code = await exit;
    if (stopping) {
      await stopping;
      return { kind: 'stopped' };
    }
    if (code === 125 && !existsSync(container.cidFile)) return { kind: 'not-created', problem: last };
    return { kind: 'exited', code };
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};
