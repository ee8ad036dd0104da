import { setTimeout as sleep } from 'node:timers/promises';
import type { DocumentReference, DocumentSnapshot, Firestore } from '@google-cloud/firestore';
import { TransientError } from '#core/errors.ts';
import { codeOf, guarded } from './documents.ts';

/** A document as it shall be; null: gone. */
export interface Write {
  readonly reference: DocumentReference;
  readonly data: object | null;
}

/** What a decision comes to: what to write, all of it or nothing, and what to tell the caller. */
export interface Decision<T> {
  readonly writes: readonly Write[];
  readonly result: T;
}

/** gRPC codes of "somebody else was first": not found, already exists, failed precondition, aborted. */
const LOST = new Set([5, 6, 9, 10]);
const MAX_TRIES = 30;
const PAUSE_MS = 5;

/**
 * Reads documents, lets a pure function decide, and writes what it decided if nobody wrote them meanwhile;
 * else decides again on what is there now. One atomic commit with a precondition on each written document:
 * no lock is held while we think, and one who loses tries again at once (docs/decisions/0007).
 *
 * What is read and not written may have changed: a decision that depends on such a document must write it too.
 * Throws TransientError after 30 tries.
 * @param known what the caller has read of all of them just now: the first decision is made on that.
 */
export async function compareAndSet<T>(
  firestore: Firestore,
  references: readonly DocumentReference[],
  decide: (snapshots: readonly DocumentSnapshot[]) => Decision<T>,
  known: readonly DocumentSnapshot[] | null = null,
): Promise<T> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const read = () => guarded(() => firestore.getAll(...references));
    const snapshots = attempt === 0 && known !== null ? known : await read();
    const { writes, result } = decide(snapshots);
    if (writes.length === 0 || (await commit(firestore, snapshots, writes))) return result;
    await sleep(Math.random() * PAUSE_MS * (attempt + 1));
  }
  throw new TransientError(`too many write ${references[0]?.path} at once`);
}

/** Commits; false where somebody else was first. */
async function commit(
  firestore: Firestore,
  snapshots: readonly DocumentSnapshot[],
  writes: readonly Write[],
): Promise<boolean> {
  const batch = firestore.batch();
  for (const { reference, data } of writes) {
    const read = snapshots.find((snapshot) => snapshot.ref.path === reference.path);
    const lastUpdateTime = read?.updateTime;
    if (lastUpdateTime === undefined) {
      if (data !== null) batch.create(reference, data);
    } else if (data === null) batch.delete(reference, { lastUpdateTime });
    else batch.update(reference, { ...data }, { lastUpdateTime });
  }
  try {
    await guarded(() => batch.commit());
    return true;
  } catch (error) {
    const cause = error instanceof TransientError ? error.cause : error;
    const code = codeOf(cause);
    if (code !== null && LOST.has(code)) return false;
    throw error;
  }
}
