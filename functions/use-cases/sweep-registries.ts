import type { Build } from '#core/build.ts';
import { TransientError } from '#core/errors.ts';
import { type EffectDeps, runEffects } from './run-effects.ts';

/** A repair that asks one of a team's own registries. */
export interface RegistryRepair {
  /** Whose registry it is, and which: repairs at the same one go one after the other. */
  readonly at: string;
  /** Does it, and tells of a failure by its answer. */
  readonly repair: () => Promise<unknown>;
}

/**
 * Does what waits for the teams' own registries: each registry for itself, so that one that is slow holds up nobody
 * else's. One that is away is asked once: what else waits for it waits for the next sweep.
 */
export async function repairAtRegistries(repairs: readonly RegistryRepair[]): Promise<void> {
  const byRegistry = Map.groupBy(repairs, ({ at }) => at);
  await Promise.all(
    [...byRegistry.values()].map(async (ofOne) => {
      for (const { repair } of ofOne) if ((await repair()) instanceof TransientError) return;
    }),
  );
}

/** Which of a team's own registries a build is released to; null: the installation's. */
export function ownRegistryOf({ team, image }: Build): string | null {
  return image.registry === null ? null : `${team} ${image.registry}`;
}

/** What may be done for a build at once: a release to a team's own registry stays owed, and waits for its turn. */
export function withoutSlowEffects<Deps extends EffectDeps>(
  deps: Deps,
  build: Build,
): Deps | Omit<Deps, 'promote'> {
  if (ownRegistryOf(build) === null) return deps;
  const { promote: _, ...others } = deps;
  return others;
}

/** Does what a build owes besides its release. @returns false where that is all it owes. */
export async function runQuickEffects(deps: EffectDeps, build: Build): Promise<boolean> {
  await runEffects(withoutSlowEffects(deps, build), build);
  return build.effects.some(({ kind }) => kind !== 'promote');
}
