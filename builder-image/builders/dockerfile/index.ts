import { BuildFailure } from '../../failure.ts';
import { escapeRegExp } from '../../regexp.ts';
import type { Builder, BuildInput, BuildPlan, Detection } from '../builder.ts';

/** Builds what the repository's own Dockerfile says: path, target and arguments from the settings. */
export const dockerfile: Builder = {
  type: 'dockerfile',

  async detect({ view, settings }: BuildInput): Promise<Detection> {
    const { path } = settings.dockerfile;
    const matches = await view.has(path);
    return { matches, reason: matches ? `there is a ${path}` : `there is no ${path}` };
  },

  async plan({ view, settings, buildArgs, secretNames }: BuildInput): Promise<BuildPlan> {
    const { path, target } = settings.dockerfile;
    const args = { ...settings.dockerfile.args, ...buildArgs };
    const text = await view.read(path);
    if (text === null) throw new BuildFailure('no_builder', `There is no ${path} in the root directory.`);
    // BuildKit reads this one beside `.dockerignore`; resolving refuses links that leave the checkout.
    await view.resolve('.dockerignore');
    const ignore = await view.read(`${path}.dockerignore`);
    return {
      builder: 'dockerfile',
      reasons: [`${path} of the repository`, ...(target ? [`its stage ${target}`] : [])],
      warnings: secretArgs(text, secretNames),
      dockerfile: { path, text, ignore },
      assets: {},
      target: target ?? null,
      buildArgs: args,
      variables: { runtime: [], build: Object.keys(args).sort() },
      secrets: secretNames,
      caches: [],
      start: null,
      phases: [],
    };
  },
};

/** A Dockerfile that takes a secret as an argument gets none: say where the value is instead. */
function secretArgs(text: string, secretNames: readonly string[]): string[] {
  return secretNames
    .filter((name) =>
      new RegExp(`^\\s*(?:ARG|ENV)\\s+(?:\\S+\\s+)*${escapeRegExp(name)}(?=[\\s=]|$)`, 'im').test(text),
    )
    .map(
      (name) =>
        `The secret ${name} is not given as ARG or ENV, which an image keeps. ` +
        `Use RUN --mount=type=secret,id=${name},env=${name} where a command needs it.`,
    );
}
