import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Cli } from '../kit/cli.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';

/**
 * The checkout of BitFlow that commands for this machine run: what BITFLOW_CHECKOUT says, else the one that this
 * folder is in, else the one that this command is of. Null: none. Throws CliError (2) where the variable names none.
 */
export async function findCheckout({ around: { cwd, env } }: Cli): Promise<string | null> {
  const given = env.BITFLOW_CHECKOUT;
  if (given) {
    const path = resolve(cwd, given);
    if (await isCheckout(path)) return path;
    const what = `BITFLOW_CHECKOUT names ${path}, which is no checkout of BitFlow`;
    throw new CliError(EXIT.usage, what, 'Correct it, or unset it.');
  }
  return (await checkoutAbove(cwd)) ?? (await checkoutAbove(dirname(fileURLToPath(import.meta.url))));
}

async function checkoutAbove(folder: string): Promise<string | null> {
  if (await isCheckout(folder)) return folder;
  const parent = dirname(folder);
  return parent === folder ? null : checkoutAbove(parent);
}

/** Whether a folder is one: somebody else's package of this name, or our own installed one, has no stack. */
async function isCheckout(folder: string): Promise<boolean> {
  const read = (path: string) => readFile(join(folder, path), 'utf8').catch(() => null);
  const manifest = await read('package.json');
  if (manifest === null || (await read('local/run.mjs')) === null) return false;
  try {
    return JSON.parse(manifest).name === 'bitflow';
  } catch {
    return false;
  }
}
