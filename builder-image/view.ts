import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { isInnerPath } from '#core/git-names.ts';
import { BuildFailure } from './failure.ts';

const MAX_READ_BYTES = 1024 * 1024;

/**
 * A read-only view of the folder that an image is built from. Every path is resolved first (symbolic
 * links too) and must stay inside the checkout: `path_refused` otherwise.
 */
export class CheckoutView {
  /** The real, absolute path of the folder. */
  readonly folder: string;
  readonly #checkout: string;

  private constructor(folder: string, checkout: string) {
    this.folder = folder;
    this.#checkout = checkout;
  }

  /** Opens `rootDirectory` of a checkout; it must be an existing folder inside it. */
  static async open(checkout: string, rootDirectory: string): Promise<CheckoutView> {
    const real = await realpath(checkout);
    const folder = await new CheckoutView(real, real).resolve(rootDirectory);
    if (folder === null || !(await stat(folder)).isDirectory()) {
      throw new BuildFailure(
        'path_refused',
        `The root directory "${rootDirectory}" is not a folder of this commit.`,
      );
    }
    return new CheckoutView(folder, real);
  }

  /** Whether it is the top of the checkout. */
  get isTop(): boolean {
    return this.folder === this.#checkout;
  }

  /** The real path of a file or folder, or null where there is none. */
  async resolve(path: string): Promise<string | null> {
    if (!isInnerPath(path)) {
      throw new BuildFailure(
        'path_refused',
        `The path "${path}" must be a relative one inside the repository.`,
      );
    }
    const real = await realpath(join(this.folder, path)).catch(noneIfMissing);
    if (real === null) return null;
    if (!isWithin(this.#checkout, real)) {
      throw new BuildFailure('path_refused', `"${path}" is a symbolic link that leaves the repository.`);
    }
    return real;
  }

  /** Whether there is a regular file. */
  async has(path: string): Promise<boolean> {
    const real = await this.resolve(path);
    return real !== null && (await stat(real)).isFile();
  }

  /** A small text file, or null where there is none. */
  async read(path: string): Promise<string | null> {
    const real = await this.resolve(path);
    if (real === null) return null;
    const found = await stat(real);
    // A pipe would be waited at for ever; a folder of a person's may have one, a clone has not.
    if (!found.isFile()) throw new BuildFailure('config_invalid', `"${path}" is no regular file.`);
    if (found.size > MAX_READ_BYTES)
      throw new BuildFailure('config_invalid', `"${path}" is larger than 1 MiB.`);
    return readFile(real, 'utf8');
  }

  /** The names in a folder, sorted; none where there is no such folder. */
  async list(path = '.'): Promise<string[]> {
    const real = await this.resolve(path);
    if (real === null || !(await stat(real)).isDirectory()) return [];
    return (await readdir(real)).sort();
  }
}

/** Whether `path` is `folder` or lies below it; both are real paths. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !way.startsWith(sep));
}

/** Nothing there, a dangling link or a link that turns in circles: no file. */
function noneIfMissing(error: unknown): null {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') return null;
  if (code === 'ELOOP')
    throw new BuildFailure('path_refused', 'A symbolic link of the repository turns in circles.');
  throw error;
}
