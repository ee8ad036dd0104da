import type { Clock, Registry, Store } from '#core/ports.ts';

export interface TagWriterDeps {
  readonly store: Pick<Store, 'tags'>;
  readonly registry: Registry;
  readonly now: Clock;
  readonly paths: { readonly release: string };
  /** Names this writer among others. */
  readonly holder: () => string;
  readonly tagLeaseMs: number;
}

/** How often a writer follows a document that moves on while it writes. */
const MAX_ROUNDS = 20;

/**
 * Makes the registry's tag what its document says: puts it, reads it back, and repeats until the document
 * still wants what the registry has; then the dirty mark goes. A registry has no compare-and-set, so a writer
 * that stalled past its lease, or whose request is answered by nobody, may still put what is no longer right:
 * then the mark stays for a while, and `sweep` looks again (docs/decisions/0013).
 *
 * @returns false where another writer holds the lease (it will see what the document wants now), or where the
 * document moved on 20 times meanwhile.
 */
export async function writeTag(deps: TagWriterDeps, image: string, tag: string): Promise<boolean> {
  const holder = deps.holder();
  let doubtedAt: number | null = null;
  try {
    return await follow(deps, image, tag, holder, () => {
      doubtedAt = deps.now();
    });
  } finally {
    await deps.store.tags.release(image, tag, holder, doubtedAt);
  }
}

async function follow(
  deps: TagWriterDeps,
  image: string,
  tag: string,
  holder: string,
  onDoubt: () => void,
): Promise<boolean> {
  const path = `${deps.paths.release}/${image}`;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const wanted = await deps.store.tags.lease(image, tag, holder, deps.now(), deps.tagLeaseMs);
    if (wanted === null) return false;
    if (!wanted.dirty) return true;
    // A newer build's image may not be here yet: its own promotion writes the tag once it is.
    if ((await deps.registry.digest(path, wanted.digest)) === null) return true;
    const agrees = async () => (await deps.registry.digest(path, tag)) === wanted.digest;
    if (wanted.doubted_at === null || !(await agrees())) {
      await deps.registry.putTag(path, tag, wanted.digest).catch((error: unknown) => {
        onDoubt();
        throw error;
      });
      if (!(await agrees())) continue;
    }
    if (await deps.store.tags.settle(image, tag, holder, wanted.digest, deps.now())) return true;
  }
  return false;
}
