import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';

/** An empty folder that is gone after the tests. */
export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(inject('temporary'), 'folder-'));
}
