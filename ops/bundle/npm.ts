import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** The one library that is not in a bundle: its registry of functions is a module-level map, which must exist once. */
export const FRAMEWORK = '@google-cloud/functions-framework';

const Versions = z.record(z.string(), z.string());
const LockedPackage = z.looseObject({
  version: z.string(),
  dependencies: Versions.optional(),
  peerDependencies: Versions.optional(),
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean().optional() })).optional(),
});
type LockedPackage = z.infer<typeof LockedPackage>;
const Lock = z.object({ lockfileVersion: z.literal(3), packages: z.record(z.string(), z.looseObject({})) });
type Lock = z.infer<typeof Lock>;

/** What npm needs of a function to install its one library: in the cloud, exactly what the tests ran with. */
export interface NpmFiles {
  readonly manifest: object;
  readonly lock: object;
}

/** The `package.json` and `package-lock.json` of each function, cut from those of the checkout at `root`. */
export async function npmFilesOf(root: string): Promise<(name: string) => NpmFiles> {
  const lock = Lock.parse(await json(join(root, 'package-lock.json')));
  const { version } = lockedAt(lock, `node_modules/${FRAMEWORK}`);
  const packages = cut(lock, FRAMEWORK);
  return (name) => {
    // No version of ours: it would change every zip with each release, and so deploy what did not change.
    const manifest = {
      name: `bitflow-${name}`,
      private: true,
      type: 'module',
      main: 'index.mjs',
      engines: { node: '24' },
      dependencies: { [FRAMEWORK]: version },
    };
    const { name: title, engines, dependencies } = manifest;
    return {
      manifest,
      lock: {
        name: title,
        lockfileVersion: lock.lockfileVersion,
        requires: true,
        packages: { '': { name: title, dependencies, engines }, ...packages },
      },
    };
  };
}

const json = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'));

/**
 * The part of a lock file that one library needs, each package where it was. Optional dependencies are left out:
 * nothing that the library needs has any, and `npm ci` would say so.
 */
export function cut(lock: Lock, library: string): Record<string, object> {
  const found = new Map<string, object>();
  const take = (from: string, name: string) => {
    const path = resolve(lock, from, name);
    if (found.has(path)) return;
    // Whether something is for development, a peer or optional is said of the tree that it was cut from.
    const { dev, devOptional, optional, peer, ...locked } = lockedAt(lock, path);
    found.set(path, locked);
    const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = locked;
    const peers = Object.keys(peerDependencies).filter((each) => !peerDependenciesMeta[each]?.optional);
    for (const each of [...Object.keys(dependencies), ...peers]) take(path, each);
  };
  take('', library);
  return Object.fromEntries([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function lockedAt({ packages }: Lock, path: string): LockedPackage {
  return LockedPackage.parse(packages[path]);
}

/** Where Node finds a library that the package at `from` asks for: beside it, else further up. */
function resolve(lock: Lock, from: string, name: string): string {
  const path = from === '' ? `node_modules/${name}` : `${from}/node_modules/${name}`;
  if (path in lock.packages) return path;
  if (from === '') throw new Error(`package-lock.json has no ${name}`);
  return resolve(lock, from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))), name);
}
