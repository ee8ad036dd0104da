import { isTaken, takeLock } from '#core/image-lock.ts';
import type { ImageLocks } from '#core/ports.ts';
import { tagId } from '#core/tags.ts';
import { type State, step } from './state.ts';

export function memoryImageLocks(state: State): ImageLocks {
  const { imageLocks } = state;
  return {
    take: (destination, digest, holder, now, ttlMs) =>
      step(state, () => {
        const id = tagId(destination, digest);
        const lock = takeLock(imageLocks.get(id) ?? null, holder, now, ttlMs);
        if (lock !== null) imageLocks.set(id, lock);
        return lock !== null;
      }),
    release: (destination, digest, holder) =>
      step(state, () => {
        const id = tagId(destination, digest);
        if (imageLocks.get(id)?.holder === holder) imageLocks.delete(id);
      }),
    isTaken: (destination, digest, now) =>
      step(state, () => isTaken(imageLocks.get(tagId(destination, digest)) ?? null, now)),
  };
}
