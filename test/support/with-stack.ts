import { rm } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { readMachine } from '#local/machine.ts';
import { startStack } from '#local/stack.ts';
import type { StackInfo } from '#local/stack-info.ts';
import { memoryDir } from './memory-dir.ts';

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
