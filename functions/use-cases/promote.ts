import type { Build } from '#core/build.ts';
import { TransientError, UserError } from '#core/errors.ts';
import type { Bus, Store } from '#core/ports.ts';
import { pathIn } from '#core/registry-areas.ts';
import { destinationOf } from '#core/tags.ts';
import { releaseTarget } from './release-target.ts';
import { runEffects } from './run-effects.ts';
import { repairTag, type TagWriterDeps, writeTag } from './write-tag.ts';

export interface PromoteDeps extends TagWriterDeps {
  readonly store: Pick<Store, 'builds' | 'tags' | 'imageLocks'>;
  readonly bus: Bus;
  /** Registry areas. */
  readonly paths: { readonly staging: string; readonly release: string };
}

/** How long a build waits for a team's own registry that is out of reach (ms). */
export const PATIENCE_MS = 15 * 60_000;

/**
 * Releases the image of a build in `promoting`: copies it from staging, writes what its tags' documents want,
 * and records that it is done. Every step can be repeated. Throws TransientError where the registry is away:
 * the message comes again, or `sweep` does. The team's own registry has 15 minutes to come back.
 */
export async function promote(deps: PromoteDeps, build: Build): Promise<void> {
  if (build.status !== 'promoting' || build.result === null) return;
  const refusal = await released(deps, build, build.result.index_digest);
  if (refusal === null) return finish(deps, build, { type: 'promoted' });
  await finish(deps, build, { type: 'promotion_failed', code: 'promotion_failed', message: refusal });
  // The document of each tag went back to what it was; so must the registry, where it had got that far.
  for (const tag of build.image.tags) {
    const document = await deps.store.tags.get(destinationOf(build), tag);
    if (document !== null) await repairTag(deps, document);
  }
}

/** Copies the image and writes its tags. @returns why that can never be; null once it is done. */
async function released(deps: PromoteDeps, build: Build, digest: string): Promise<string | null> {
  const own = build.image.registry;
  try {
    const refusal = await copyRefused(deps, build, digest);
    if (refusal !== null) return refusal;
    await writeTags(deps, build);
    return null;
  } catch (error) {
    if (own === null) throw error;
    if (error instanceof UserError) return error.message;
    const waited = deps.now() - (build.promoting_at ?? 0);
    if (!(error instanceof TransientError) || waited < PATIENCE_MS) throw error;
    return `${error.message}, for ${Math.floor(waited / 60_000)} minutes. Once it answers, retry the build.`;
  }
}

/** Copies an image from staging to where it is released. @returns why that can never be; null once it is there. */
async function copyRefused(deps: PromoteDeps, build: Build, digest: string): Promise<string | null> {
  const { registry, path } = await releaseTarget(deps, destinationOf(build));
  // What is there already is not sent again: so it must not be about to be deleted. A deletion that comes later
  // finds this build in `promoting`.
  if (await deps.store.imageLocks.isTaken(destinationOf(build), digest, deps.now()))
    throw new TransientError(`somebody decides over ${digest} in ${path} just now`);
  try {
    await registry.copy(pathIn(deps.paths.staging, build.image.name), digest, path);
    return null;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // Where an earlier run copied it, tags may point to it already: then nothing is left to be refused.
    return (await registry.digest(path, digest)) === null ? error.message : null;
  }
}

async function writeTags(deps: PromoteDeps, build: Build): Promise<void> {
  for (const tag of build.image.tags) {
    // Whoever holds the lease of a tag that is not this build's sees what its document wants.
    const written = await writeTag(deps, destinationOf(build), tag);
    if (written || !build.moved_tags.includes(tag)) continue;
    throw new TransientError(`the tag ${tag} of ${build.image.name} is being written by another`);
  }
}

type Finish = { type: 'promoted' } | { type: 'promotion_failed'; code: 'promotion_failed'; message: string };

async function finish(deps: PromoteDeps, build: Build, event: Finish): Promise<void> {
  const { build: ended } = await deps.store.builds.apply(build.id, { ...event, at: deps.now() });
  await runEffects({ store: deps.store, bus: deps.bus }, ended);
}
