import type { BuilderType } from '#core/build.ts';
import type { Builder, BuildInput } from './builders/builder.ts';
import { BUILDERS } from './builders/index.ts';
import { BuildFailure } from './failure.ts';
import { SETTINGS_FILE } from './settings.ts';

/** Picks the builder: the one asked for, else the one the repository names, else the first that fits. */
export async function choose(
  requested: BuilderType,
  input: BuildInput,
): Promise<{ builder: Builder; reason: string }> {
  if (requested !== 'auto') return { builder: builderOf(requested), reason: 'the build asks for it' };
  const named = input.settings.builder;
  if (named !== 'auto') return { builder: builderOf(named), reason: `${SETTINGS_FILE} asks for it` };
  const rejected: string[] = [];
  for (const builder of BUILDERS) {
    const { matches, reason } = await builder.detect(input);
    if (matches) return { builder, reason };
    rejected.push(`${builder.type}: ${reason}`);
  }
  const message = `No builder recognises this app (${rejected.join('; ')}).`;
  const advice = `Add a Dockerfile, or set the root directory to the app's folder.`;
  throw new BuildFailure('no_builder', `${message} ${advice}`);
}

function builderOf(type: Builder['type']): Builder {
  const found = BUILDERS.find((builder) => builder.type === type);
  if (!found) throw new Error(`builders/index.ts lacks ${type}`);
  return found;
}
