import type { Tags } from '#core/ports.ts';
import {
  abandonTag,
  type Destination,
  leaseTag,
  moveTag,
  releaseTag,
  settleTag,
  TagDocument,
  tagId,
} from '#core/tags.ts';
import { type State, step } from './state.ts';

export function memoryTags(state: State): Tags {
  const { tags } = state;
  const change = (
    destination: Destination,
    tag: string,
    decide: (known: TagDocument) => TagDocument | null,
  ) =>
    step(state, () => {
      const known = tags.get(tagId(destination, tag));
      const next = known ? decide(known) : null;
      if (next !== null) tags.set(tagId(destination, tag), next);
      return next;
    });
  return {
    get: (destination, tag) => step(state, () => tags.get(tagId(destination, tag)) ?? null),
    lease: (destination, tag, holder, now, ttlMs) =>
      change(destination, tag, (known) => leaseTag(known, holder, now, ttlMs)),
    settle: async (destination, tag, holder, digest, now) =>
      (await change(destination, tag, (known) => settleTag(known, holder, digest, now))) !== null,
    release: async (destination, tag, holder, doubtedAt) => {
      await change(destination, tag, (known) => releaseTag(known, holder, doubtedAt));
    },
    move: (destination, tag, wish) =>
      step(state, () => {
        const id = tagId(destination, tag);
        const next = TagDocument.parse(moveTag(tags.get(id) ?? null, destination, tag, wish));
        tags.set(id, next);
        return next;
      }),
    abandon: async (destination, tag, digest) => {
      await change(destination, tag, (known) => abandonTag(known, digest));
    },
    dirty: (where, before, limit) =>
      step(state, () =>
        [...tags.values()]
          .filter(({ registry }) => (registry === null) === (where === 'installation'))
          .filter((document) => document.dirty && document.changed_at < before)
          .toSorted((a, b) => a.changed_at - b.changed_at)
          .slice(0, limit),
      ),
    wanting: ({ team, registry, name }, digest, limit) =>
      step(state, () =>
        [...tags.values()]
          .filter((one) => one.team === team && one.registry === registry && one.image === name)
          .filter(({ candidates }) => candidates.some((candidate) => candidate.digest === digest))
          .toSorted((a, b) => (a.tag < b.tag ? -1 : 1))
          .slice(0, limit),
      ),
  };
}
