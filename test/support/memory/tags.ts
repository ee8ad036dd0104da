import type { Tags } from '#core/ports.ts';
import { type TagDocument, tagId } from '#core/tags.ts';
import { type State, step } from './state.ts';

export function memoryTags(state: State): Tags {
  const { tags } = state;
  const change = (image: string, tag: string, decide: (known: TagDocument) => TagDocument | null) =>
    step(state, () => {
      const known = tags.get(tagId(image, tag));
      const next = known ? decide(known) : null;
      if (next !== null) tags.set(tagId(image, tag), next);
      return next;
    });
  return {
    get: (image, tag) => step(state, () => tags.get(tagId(image, tag)) ?? null),
    lease: (image, tag, holder, now, ttlMs) =>
      change(image, tag, (known) => {
        if (known.lease !== null && known.lease.holder !== holder && known.lease.until > now) return null;
        return { ...known, lease: { holder, until: now + ttlMs } };
      }),
    settle: async (image, tag, holder, digest) => {
      const settled = await change(image, tag, (known) =>
        known.digest === digest && known.lease?.holder === holder
          ? { ...known, dirty: false, lease: null }
          : null,
      );
      return settled !== null;
    },
    release: async (image, tag, holder) => {
      await change(image, tag, (known) =>
        known.lease?.holder === holder ? { ...known, lease: null } : null,
      );
    },
    dirty: (before, limit) =>
      step(state, () =>
        [...tags.values()]
          .filter((document) => document.dirty && document.changed_at < before)
          .toSorted((a, b) => a.changed_at - b.changed_at)
          .slice(0, limit),
      ),
  };
}
