import { readdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { execa } from 'execa';
import { inject } from 'vitest';

/** Runs terraform in a folder of the copy. @returns what it printed, and whether it failed. */
export async function terraform(folder: string, args: readonly string[]) {
  const { command, env, dir } = inject('terraform');
  const options = {
    cwd: join(dir, folder),
    env: { ...env, TF_IN_AUTOMATION: '1' },
    reject: false,
    all: true,
  } as const;
  const { failed, all, stdout } = await execa(command, [...args], options);
  return { failed, all, stdout };
}

/** A plan that fails prints itself before it says why. */
const LAST_SAID = 3000;

/** Runs terraform, and throws what it said where it failed. @returns its standard output. */
export async function terraformDone(folder: string, args: readonly string[]): Promise<string> {
  const { failed, all, stdout } = await terraform(folder, args);
  if (failed) throw new Error(`terraform ${args.join(' ')} in ${folder}:\n${all.slice(-LAST_SAID)}`);
  return stdout;
}

/** Every folder with a configuration of its own: the root, each module, each example. */
export async function configurations(): Promise<string[]> {
  const { dir } = inject('terraform');
  const files = await readdir(join(dir, 'terraform'), { recursive: true });
  const folders = files
    .filter((file) => file.endsWith('.tf'))
    .map((file) => dirname(join('terraform', file)));
  return [...new Set(folders)].map((folder) => relative('.', folder)).sort();
}
