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
  const stack = await startStack({ machine: await readMachine(), log: (line) => console.log(line) });
  project.provide('stack', stack.info);
  return stack.stop;
}
