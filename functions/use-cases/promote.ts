import type { Build } from '#core/build.ts';
import { TransientError, UserError } from '#core/errors.ts';
import { attemptTag } from '#core/ids.ts';
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
 * Releases the image of a build in `promoting`: checks that staging has the digest under this build's tag,
 * copies it, moves the tags that the build may move, and records that it is done. Every step can be repeated.
 * Throws TransientError where the registry is away: the message comes again, or `sweep` does.
 */
export async function promote(deps: PromoteDeps, build: Build): Promise<void> {
  if (build.status !== 'promoting' || build.result === null) return;
  const digest = build.result.index_digest;
  const staging = `${deps.paths.staging}/${build.image.name}`;
  const found = await deps.registry.digest(staging, attemptTag(build.id, build.attempt));
  if (found !== digest) {
    const message = `The builder reported ${digest}, but staging has ${found ?? 'no image'} for this build. Nothing was released.`;
    return finish(deps, build, { type: 'promotion_failed', code: 'digest_mismatch', message });
  }
  try {
    await deps.registry.copy(staging, digest, `${deps.paths.release}/${build.image.name}`);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return finish(deps, build, {
      type: 'promotion_failed',
      code: 'promotion_failed',
      message: error.message,
    });
  }
  for (const tag of build.moved_tags) {
    if (!(await writeTag(deps, build.image.name, tag))) {
      throw new TransientError(`the tag ${tag} of ${build.image.name} is being written by another`);
    }
  }
  return finish(deps, build, { type: 'promoted' });
}

type Finish =
  | { type: 'promoted' }
  | { type: 'promotion_failed'; code: 'digest_mismatch' | 'promotion_failed'; message: string };

async function finish(deps: PromoteDeps, build: Build, event: Finish): Promise<void> {
  const { build: ended } = await deps.store.builds.apply(build.id, { ...event, at: deps.now() });
  await runEffects({ store: deps.store, bus: deps.bus }, ended);
}
