import { UserError } from '#core/errors.ts';
import type { Clock, Registry, Store } from '#core/ports.ts';
import type { Destination, TagDocument } from '#core/tags.ts';
import { type ReleaseDeps, releaseTarget } from './release-target.ts';

export interface TagWriterDeps extends ReleaseDeps {
  readonly store: Pick<Store, 'tags'>;
  readonly now: Clock;
  /** Names this writer among others. */
  readonly holder: () => string;
  readonly tagLeaseMs: number;
}

/** How often a writer follows a document that moves on while it writes. */
const MAX_ROUNDS = 20;

/**
 * Makes the registry's tag what its document says: puts or removes it, reads it back, and repeats until the
 * document still wants what the registry has; then the dirty mark goes. A registry has no compare-and-set, so a
 * writer that stalled past its lease, or whose request is answered by nobody, may still put what is no longer
 * right: then the mark stays for a while, and `sweep` looks again (docs/decisions/0013).
 *
 * @returns false where another writer holds the lease (it will see what the document wants now), or where the
 * document moved on 20 times meanwhile. Throws UserError('refused') where the registry does not let us.
 */
export async function writeTag(deps: TagWriterDeps, destination: Destination, tag: string): Promise<boolean> {
  const holder = deps.holder();
  let doubtedAt: number | null = null;
  try {
    return await follow(deps, destination, tag, holder, () => {
      doubtedAt = deps.now();
    });
  } finally {
    await deps.store.tags.release(destination, tag, holder, doubtedAt);
  }
}

async function follow(
  deps: TagWriterDeps,
  destination: Destination,
  tag: string,
  holder: string,
  onDoubt: () => void,
): Promise<boolean> {
  const { tags } = deps.store;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const wanted = await tags.lease(destination, tag, holder, deps.now(), deps.tagLeaseMs);
    if (wanted === null) return false;
    if (!wanted.dirty) return true;
    const { registry, path } = await releaseTarget(deps, destination);
    // A newer build's image may not be here yet: its own promotion writes the tag once it is.
    if (wanted.digest !== null && (await registry.digest(path, wanted.digest)) === null) return true;
    const agrees = async () => (await registry.digest(path, tag)) === wanted.digest;
    if (wanted.doubted_at === null || !(await agrees())) {
      await send(registry, path, tag, wanted).catch((error: unknown) => {
        // a refusal is an answer: what was refused does not come later
        if (!(error instanceof UserError)) onDoubt();
        throw error;
      });
      if (!(await agrees())) continue;
    }
    if (await tags.settle(destination, tag, holder, wanted.digest, deps.now())) return true;
  }
  return false;
}

async function send(registry: Registry, path: string, tag: string, { digest }: TagDocument): Promise<void> {
  if (digest !== null) return registry.putTag(path, tag, digest);
  // where it is gone already, a registry that removes no tags is not asked to
  if ((await registry.digest(path, tag)) !== null) await registry.removeTag(path, tag);
}

/** How long a team's own registry may be out of reach before its tags are given up (ms). */
const UNREACHABLE_MS = 24 * 3_600_000;

/**
 * What `sweep` does with a dirty tag. One that nobody can write any more is given up: a registry that refuses
 * us, or a team's own that was not reached for a day, must not be asked every minute for ever.
 */
export async function repairTag(deps: TagWriterDeps, document: TagDocument): Promise<boolean> {
  const destination = { team: document.team, registry: document.registry, name: document.image };
  try {
    return await writeTag(deps, destination, document.tag);
  } catch (error) {
    const long = document.registry !== null && deps.now() - document.changed_at > UNREACHABLE_MS;
    if (!(error instanceof UserError || long)) throw error;
    await deps.store.tags.abandon(destination, document.tag, document.digest);
    return true;
  }
}
