import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    temporary: string;
  }
}

/** One folder for all that unit tests write, gone after them: a test file that shares its process cannot know when. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'bitflow-test-')));
  project.provide('temporary', folder);
  return () => rm(folder, { recursive: true, force: true });
}
