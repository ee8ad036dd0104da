import { existsSync } from 'node:fs';
import { mkdtemp, statfs } from 'node:fs/promises';
import { join } from 'node:path';

const MEMORY_DISK = '/dev/shm';
const ENOUGH_BYTES = 8e9;

/** A folder in memory, where there is room: unpacking base images for tests need not wait for a disk. */
export async function memoryDir(): Promise<string | undefined> {
  if (!existsSync(MEMORY_DISK)) return undefined;
  const { bavail, bsize } = await statfs(MEMORY_DISK);
  return bavail * bsize > ENOUGH_BYTES ? mkdtemp(join(MEMORY_DISK, 'bitflow-e2e-')) : undefined;
}
