import type { Tags } from '#core/ports.ts';
import { leaseTag, releaseTag, settleTag, type TagDocument, tagId } from '#core/tags.ts';
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
      change(image, tag, (known) => leaseTag(known, holder, now, ttlMs)),
    settle: async (image, tag, holder, digest, now) =>
      (await change(image, tag, (known) => settleTag(known, holder, digest, now))) !== null,
    release: async (image, tag, holder, doubtedAt) => {
      await change(image, tag, (known) => releaseTag(known, holder, doubtedAt));
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
