import type { Build } from '#core/build.ts';
import { TransientError, UserError } from '#core/errors.ts';
import type { Bus, Clock, Registry, Store } from '#core/ports.ts';
import { runEffects } from './run-effects.ts';
import { type TagWriterDeps, writeTag } from './write-tag.ts';

export interface PromoteDeps extends TagWriterDeps {
  readonly store: Pick<Store, 'builds' | 'tags'>;
  readonly registry: Registry;
  readonly bus: Bus;
  readonly now: Clock;
  readonly paths: { readonly staging: string; readonly release: string };
}

/**
 * Releases the image of a build in `promoting`: copies it from staging, writes what its tags' documents want,
 * and records that it is done. Every step can be repeated. Throws TransientError where the registry is away:
 * the message comes again, or `sweep` does.
 */
export async function promote(deps: PromoteDeps, build: Build): Promise<void> {
  if (build.status !== 'promoting' || build.result === null) return;
  const { name } = build.image;
  const refusal = await copyRefused(deps, name, build.result.index_digest);
  if (refusal !== null) {
    await finish(deps, build, { type: 'promotion_failed', code: 'promotion_failed', message: refusal });
    // The document of each tag went back to what it was; so must the registry, where it had got that far.
    for (const tag of build.image.tags) await writeTag(deps, name, tag);
    return;
  }
  for (const tag of build.image.tags) {
    // Whoever holds the lease of a tag that is not this build's sees what its document wants.
    const written = await writeTag(deps, name, tag);
    if (written || !build.moved_tags.includes(tag)) continue;
    throw new TransientError(`the tag ${tag} of ${name} is being written by another`);
  }
  await finish(deps, build, { type: 'promoted' });
}

/** Copies an image from staging to the release repository. @returns why that can never be; null once it is there. */
async function copyRefused(deps: PromoteDeps, name: string, digest: string): Promise<string | null> {
  const release = `${deps.paths.release}/${name}`;
  try {
    await deps.registry.copy(`${deps.paths.staging}/${name}`, digest, release);
    return null;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // Where an earlier run copied it, tags may point to it already: then nothing is left to be refused.
    return (await deps.registry.digest(release, digest)) === null ? error.message : null;
  }
}

type Finish = { type: 'promoted' } | { type: 'promotion_failed'; code: 'promotion_failed'; message: string };

async function finish(deps: PromoteDeps, build: Build, event: Finish): Promise<void> {
  const { build: ended } = await deps.store.builds.apply(build.id, { ...event, at: deps.now() });
  await runEffects({ store: deps.store, bus: deps.bus }, ended);
}
