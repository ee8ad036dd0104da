/**
 * nixpacks makes one list of variables and bakes all of it into the image. Here they are told apart:
 *
 * - build: what steers the build and its package managers (`CI`, `NIXPACKS_…`, `NPM_CONFIG_…`, `PIP_…`,
 *   `YARN_…`). An ARG gives them to the build's commands; the image does not keep them.
 * - run time: all others, so what a provider sets for the app (`NODE_ENV`, `PYTHONUNBUFFERED`) and what
 *   the repository's nixpacks.toml sets under `[variables]`. They are ENV in the image.
 *
 * `NIXPACKS_PHP_…` stays: the PHP provider's start command reads it.
 */
const BUILD_ONLY = /^(?:CI$|NIXPACKS_(?!PHP_)|NPM_CONFIG_|PIP_|YARN_)/i;

export interface Variables {
  readonly runtime: readonly string[];
  readonly build: readonly string[];
}

/**
 * Sorts the names of a plan's variables. Build arguments are for the build, whatever their names; a build secret
 * of the same name takes the place of a variable.
 */
export function tellApart(
  names: readonly string[],
  buildArgs: readonly string[],
  secretNames: readonly string[],
): Variables {
  const open = names.filter((name) => !secretNames.includes(name)).sort();
  const isForBuild = (name: string) => BUILD_ONLY.test(name) || buildArgs.includes(name);
  return {
    runtime: open.filter((name) => !isForBuild(name)),
    build: open.filter(isForBuild),
  };
}
