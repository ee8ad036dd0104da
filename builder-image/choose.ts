import { BITFLOW_TOML } from '#core/bitflow-toml.ts';
import type { BuilderType } from '#core/build.ts';
import type { Builder, BuildInput } from './builders/builder.ts';
import { BUILDERS } from './builders/index.ts';
import { BuildFailure } from './failure.ts';

/** A builder, why it is the one, and which were asked before it. */
export interface Choice {
  readonly builder: Builder;
  readonly reason: string;
  readonly rejected: readonly { readonly builder: Builder['type']; readonly reason: string }[];
}

/**
 * Picks the builder: the one asked for, else the one the repository names, else the first that fits.
 * @param dockerfile the Dockerfile, or the stage of one, that is asked for; it asks for its builder too.
 */
export async function choose(
  requested: BuilderType,
  input: BuildInput,
  dockerfile: string | null = null,
): Promise<Choice> {
  if (requested !== 'auto')
    return { builder: builderOf(requested), reason: 'the build asks for it', rejected: [] };
  if (dockerfile !== null)
    return { builder: builderOf('dockerfile'), reason: `the build asks for ${dockerfile}`, rejected: [] };
  const named = input.settings.builder;
  if (named !== 'auto')
    return { builder: builderOf(named), reason: `${BITFLOW_TOML} asks for it`, rejected: [] };
  const rejected: Choice['rejected'][number][] = [];
  for (const builder of BUILDERS) {
    const { matches, reason } = await builder.detect(input);
    if (matches) return { builder, reason, rejected };
    rejected.push({ builder: builder.type, reason });
  }
  const found = rejected.map(({ builder, reason }) => `${builder}: ${reason}`).join('; ');
  const message = `No builder recognises this app (${found}).`;
  const advice = `Add a Dockerfile, or set the root directory to the app's folder.`;
  throw new BuildFailure('no_builder', `${message} ${advice}`);
}

function builderOf(type: Builder['type']): Builder {
  const found = BUILDERS.find((builder) => builder.type === type);
  if (!found) throw new Error(`builders/index.ts lacks ${type}`);
  return found;
}
