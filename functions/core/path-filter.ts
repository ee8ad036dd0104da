import { BITFLOW_TOML } from './bitflow-toml.ts';
import type { BuildRules, ImageRule } from './build-rules.ts';
import { globMatcher } from './globs.ts';
import type { ChangedPaths } from './ports/git-host.ts';

/**
 * How many steps of matching one decision may take (a second or so). Past them everything counts as changed: patterns
 * and paths are strangers', and in doubt an image is built.
 */
const MAX_STEPS = 50_000_000;

/** An image, as far as paths matter. */
interface Filtered {
  readonly name: string;
  readonly paths: readonly string[] | null;
}

/** The patterns of what concerns an image; null: everything does. */
export function pathsOf({ root, paths }: ImageRule): readonly string[] | null {
  if (paths !== undefined) return paths;
  return root === '.' ? null : [`${literal(root)}/**`, BITFLOW_TOML];
}

/** Whether it matters at all what a push changed. */
export function filtersPaths(rules: BuildRules, images: readonly Filtered[]): boolean {
  return rules.paths !== undefined || images.some(({ paths }) => paths !== null);
}

/** The images that a change concerns. Where it is not known what changed, all of them. */
export function concerned<T extends Filtered>(
  rules: BuildRules,
  images: readonly T[],
  changed: ChangedPaths,
): readonly T[] {
  if (!changed.known) return images;
  const steps = { left: MAX_STEPS };
  const taken = (globs: readonly string[] | null | undefined, paths: readonly string[]) => {
    if (!globs) return paths;
    const matches = globMatcher(globs);
    return paths.filter((path) => steps.left >= 0 && matches(path, steps));
  };
  const ofAll = taken(rules.paths, changed.paths);
  const found = images.filter(({ paths }) => taken(paths, ofAll).length > 0);
  return steps.left < 0 ? images : found;
}

/** A folder's name as a pattern of itself: `?` is the one sign for a `*` that both can be. */
function literal(folder: string): string {
  return folder.replaceAll('*', '?').replace(/^!/, '?');
}
