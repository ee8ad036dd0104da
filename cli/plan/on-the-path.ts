import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** A program by its name; null where no folder of the PATH has it. */
export async function onThePath(name: string, path = ''): Promise<string | null> {
  for (const folder of path.split(delimiter).filter((one) => one.startsWith('/'))) {
    const file = join(folder, name);
    const isThere = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return file;
  }
  return null;
}
