import { BITFLOW_TOML, MAX_BITFLOW_TOML_BYTES, readBitflowToml } from '#core/bitflow-toml.ts';
import type { BuildRules } from '#core/build-rules.ts';
import { UserError } from '#core/errors.ts';
import { concerned, filtersPaths } from '#core/path-filter.ts';
import type { ChangedPaths } from '#core/ports.ts';
import { rulesOver, type WantedImage } from '#core/rules.ts';
import type { Taken } from './take-in-decision.ts';

/** The rules that hold at a commit. With mistakes in its file, they are those that are kept. */
export interface RulesAt {
  readonly rules: BuildRules;
  /** What the file alone says; null: there is none, or it has mistakes. */
  readonly file: BuildRules | null;
  readonly mistakes: string | null;
}

/** Reads the rules at a commit through the host's API. Throws TransientError where the host is away. */
export async function rulesAt(
  { repository, host, access }: Pick<Taken, 'repository' | 'host' | 'access'>,
  commitSha: string,
): Promise<RulesAt> {
  const kept = repository.rules;
  try {
    const text = await host.readFile(access, commitSha, BITFLOW_TOML, MAX_BITFLOW_TOML_BYTES);
    const read = text === null ? null : readBitflowToml(text, 'top');
    if (read !== null && 'mistakes' in read) return { rules: kept, file: null, mistakes: read.mistakes };
    const file = read?.rules ?? null;
    return { rules: rulesOver(kept, file ?? {}), file, mistakes: null };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { rules: kept, file: null, mistakes: `${BITFLOW_TOML} could not be read: ${error.message}` };
  }
}

/**
 * The images that are concerned by what changed between two commits. The host is asked only where it matters, and
 * where it does not know, or there is nothing to compare with, all are. Throws TransientError where it is away.
 */
export async function concernedBy(
  { host, access }: Taken,
  rules: BuildRules,
  images: readonly WantedImage[],
  from: string | null,
  to: string,
): Promise<readonly WantedImage[]> {
  if (from === null || !filtersPaths(rules, images)) return images;
  const changed = await host.changedPaths(access, from, to).catch(unknownWhereRefused);
  return concerned(rules, images, changed);
}

function unknownWhereRefused(error: unknown): ChangedPaths {
  if (error instanceof UserError) return { known: false, why: error.message };
  throw error;
}

/** Why none is built, where no image is concerned. */
export const UNCONCERNED = 'no path that the rules name was changed';
