import { existsSync } from 'node:fs';
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { readMachine } from '#local/machine.ts';
import { startStack } from '#local/stack.ts';
import type { StackInfo } from '#local/stack-info.ts';

declare module 'vitest' {
  interface ProvidedContext {
    stack: StackInfo;
  }
}

/** Starts the whole stack once for all end-to-end tests, and takes it down after them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await memoryDir();
  const stack = await startStack({ machine: await readMachine(), dataDir, log: (line) => console.log(line) });
  project.provide('stack', stack.info);
  return async () => {
    await stack.stop();
    if (dataDir !== undefined) await rm(dataDir, { recursive: true, force: true });
  };
}

const MEMORY_DISK = '/dev/shm';
const ENOUGH_BYTES = 8e9;

/** A folder in memory, where there is room: unpacking base images for tests need not wait for a disk. */
async function memoryDir(): Promise<string | undefined> {
  if (!existsSync(MEMORY_DISK)) return undefined;
  const { bavail, bsize } = await statfs(MEMORY_DISK);
  return bavail * bsize > ENOUGH_BYTES ? mkdtemp(join(MEMORY_DISK, 'bitflow-e2e-')) : undefined;
}
