import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { BuildInput, PlanTools } from '#builder/builders/builder.ts';
import { Settings } from '#builder/settings.ts';
import { CheckoutView } from '#builder/view.ts';
import { temporaryFolder } from './temporary.ts';

/** The real nixpacks: of the PATH, else of the set-up's cache. */
function findNixpacks(): string {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bitflow');
  const folders = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'nixpacks'));
  const found = [...folders, ...globSync(join(cache, 'tools/nixpacks-*/{nixpacks,bin/nixpacks}'))].find(
    existsSync,
  );
  if (!found)
    throw new Error('nixpacks is neither on the PATH nor in the cache of the set-up: run the set-up first');
  return found;
}

/** Runs the real nixpacks with nothing of this machine's environment. */
export function realTools(overlay: PlanTools['nixpacksOverlay'] = null): PlanTools {
  const file = findNixpacks();
  return {
    nixpacks: (args) =>
      new Promise((resolve) => {
        const env = { PATH: '/usr/bin:/bin', HOME: '/nonexistent' };
        const child = execFile(file, [...args], { env }, (_, stdout, stderr) =>
          resolve({ code: child.exitCode, stdout, stderr }),
        );
      }),
    emptyFolder: temporaryFolder,
    nixpacksOverlay: overlay,
  };
}

/** What a builder gets to see of a folder. */
export async function inputOf(
  folder: string,
  options: { root?: string; settings?: unknown; secretNames?: string[]; tools?: PlanTools } = {},
): Promise<BuildInput> {
  return {
    view: await CheckoutView.open(folder, options.root ?? '.'),
    settings: Settings.parse(options.settings ?? {}),
    repository: 'acme/shop',
    secretNames: options.secretNames ?? [],
    tools: options.tools ?? realTools(),
  };
}
