import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import type { Machine } from './machine.ts';
import { freeAddresses, portOf } from './ports.ts';

export interface RunningImage {
  /** `http://127.0.0.1:PORT`, where the app should listen by the PORT that it is given. */
  readonly url: string;
  /** Asks until it answers, or the container ended. */
  get(path: string): Promise<{ status: number; text: string }>;
  /** The standard output and error of the container so far. */
  logs(): Promise<string>;
  stop(): Promise<void>;
}

const ANSWER_MS = 30_000;

/** Runs an image by its digest until it ends by itself, with more environment. @returns what it printed. */
export async function runToEnd(
  { engine }: Machine,
  reference: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const tls = engine.kind === 'podman' ? ['--tls-verify=false'] : [];
  const run = ['run', '--rm', '--network', 'none', ...tls, ...engine.runArgs];
  const variables = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  const { stdout } = await execa(engine.command, [...engine.globalArgs, ...run, ...variables, reference]);
  return stdout;
}

/** Starts an image by its digest, as any of its users would, and gives it a free PORT. */
export async function runImage({ engine }: Machine, reference: string, name: string): Promise<RunningImage> {
  const [address = ''] = await freeAddresses(1);
  const tls = engine.kind === 'podman' ? ['--tls-verify=false'] : [];
  const run = ['run', '--detach', '--name', name, '--network', 'host', ...tls, ...engine.runArgs];
  await execa(engine.command, [...engine.globalArgs, ...run, '--env', `PORT=${portOf(address)}`, reference]);
  const url = `http://${address}`;
  const logs = async () =>
    (await execa(engine.command, [...engine.globalArgs, 'logs', name], { all: true })).all;
  return {
    url,
    logs,
    async get(path) {
      const deadline = Date.now() + ANSWER_MS;
      for (;;) {
        try {
          const response = await fetch(`${url}${path}`);
          return { status: response.status, text: await response.text() };
        } catch (cause) {
          if (Date.now() > deadline)
            throw new Error(`the image does not answer at ${url}. Its output:\n${await logs()}`, { cause });
          await sleep(100);
        }
      }
    },
    async stop() {
      await execa(engine.command, [...engine.globalArgs, 'rm', '--force', '--time', '1', name]);
      await execa(engine.command, [...engine.globalArgs, 'rmi', '--force', reference], { reject: false });
    },
  };
}
