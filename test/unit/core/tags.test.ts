import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Build, BuildStatus } from '#core/build.ts';
import { concernsTags, moveTag, TagDocument, tagChanges, tagId } from '#core/tags.ts';
import { aBuild, aDestination, aResult, digestOf, T0 } from '#test/support/memory/examples.ts';

type Candidate = TagDocument['candidates'][number];

const IMAGE = { registry: null, name: 'acme/shop', tags: ['own', 'latest'] };
const build = aBuild('x', {
  status: 'promoting',
  order: 5,
  image: IMAGE,
  result: aResult(digestOf('5')),
  updated_at: T0 + 7,
});
const succeeded: Build = { ...build, status: 'succeeded', updated_at: T0 + 8 };
const failed: Build = { ...build, status: 'failed', updated_at: T0 + 9 };
/** The build itself among those that want a tag. */
const OWN: Candidate = { digest: digestOf('5'), order: 5, asked_at: T0, build_id: build.id, released: false };

/** Another push that wants the tag. */
function other(order: number, fields: Partial<Candidate> = {}): Candidate {
  return { digest: digestOf('1'), order, asked_at: T0, build_id: `b-${order}`, released: false, ...fields };
}

/** A clean `latest` that these want, the highest first. */
function known(candidates: Candidate[], fields: Partial<TagDocument> = {}): TagDocument {
  const base = {
    version: 1,
    team: 'acme',
    registry: null,
    image: 'acme/shop',
    tag: 'latest',
    dirty: false,
    changed_at: T0,
    lease: null,
    doubted_at: null,
  } as const;
  return { ...base, digest: candidates[0]?.digest ?? '', candidates, ...fields };
}

/** What a step of the build does to `latest` alone. */
function changesOf(after: Build, latest: TagDocument | null) {
  const image = { ...IMAGE, tags: ['latest'] };
  return tagChanges({ ...after, image }, new Map([['latest', latest]]));
}

const NOTHING = { write: [], remove: [], moved: [] };

describe('concernsTags', () => {
  it('is about every step into promoting, and every one out of it', () => {
    const concerned = BuildStatus.options.flatMap((from) =>
      BuildStatus.options
        .filter((to) => concernsTags({ ...build, status: from }, { ...build, status: to }))
        .map((to) => `${from} → ${to}`),
    );
    const others = BuildStatus.options.filter((status) => status !== 'promoting');
    const entering = others.map((from) => `${from} → promoting`);
    const leaving = others.map((to) => `promoting → ${to}`);
    expect(concerned.toSorted()).toEqual([...entering, ...leaving].toSorted());
  });
});

describe('tagChanges of a build that enters promoting', () => {
  it('moves a tag that nothing moved before, with a dirty mark', () => {
    const changed = { dirty: true, changed_at: T0 + 7 };
    const write = [known([OWN], { ...changed, tag: 'own' }), known([OWN], changed)];
    expect(tagChanges(build, new Map())).toEqual({ write, remove: [], moved: ['own', 'latest'] });
    for (const document of write) expect(TagDocument.parse(document)).toEqual(document);
  });

  it('moves a tag forward only: never to an earlier push, never away from one at the same place', () => {
    expect(changesOf(build, known([other(4.75)])).moved).toEqual(['latest']);
    for (const order of [5, 5.25]) {
      const { write, moved } = changesOf(build, known([other(order)]));
      expect(write).toEqual([known([other(order), OWN])]);
      expect(moved).toEqual([]);
    }
  });

  it('waits below a later push that may still fail, and among the others at its place', () => {
    const before = known([other(6), other(4), other(3, { released: true })]);
    const { write, moved } = changesOf(build, before);
    expect(write).toEqual([known([other(6), OWN, other(4), other(3, { released: true })])]);
    expect(moved).toEqual([]);
  });

  it('keeps those below it, while it may still fail', () => {
    const below = [other(4), other(3), other(1, { released: true })];
    expect(changesOf(build, known(below)).write).toEqual([
      known([OWN, ...below], { dirty: true, changed_at: T0 + 7 }),
    ]);
  });

  it('is no candidate below a released one', () => {
    const before = known([other(6, { released: true })]);
    expect(changesOf(build, before)).toEqual({ ...NOTHING, write: [before] });
  });

  it('is there once, however often it enters', () => {
    const again = known([OWN, other(4)], { dirty: true });
    expect(changesOf(build, again)).toEqual({ write: [again], remove: [], moved: ['latest'] });
  });

  it('moves nothing without a result or a place', () => {
    for (const nowhere of [
      { ...build, result: null },
      { ...build, order: null },
    ]) {
      expect(tagChanges(nowhere, new Map())).toEqual(NOTHING);
      expect(changesOf(nowhere, known([other(4)]))).toEqual({ ...NOTHING, write: [known([other(4)])] });
    }
  });
});

describe('tagChanges of a build that is released', () => {
  it('marks it, and drops everything lower', () => {
    const before = known([OWN, other(4), other(3, { released: true }), other(2)]);
    expect(changesOf(succeeded, before)).toEqual({
      write: [known([{ ...OWN, released: true }])],
      remove: [],
      moved: ['latest'],
    });
  });

  it('leaves the tag to later ones, and is what they give it back to', () => {
    const before = known([other(7), other(6), OWN, other(4, { released: true })]);
    expect(changesOf(succeeded, before)).toEqual({
      ...NOTHING,
      write: [known([other(7), other(6), { ...OWN, released: true }])],
    });
  });

  it('is forgotten where a later one was released before it', () => {
    const before = known([other(7), other(6, { released: true })]);
    expect(changesOf(succeeded, before)).toEqual({ ...NOTHING, write: [before] });
  });
});

describe('tagChanges of a build that leaves promoting unreleased', () => {
  it('gives a tag to the one below, dirty, and removes one that nobody wants; it moved none', () => {
    const current = new Map([
      ['own', known([OWN], { tag: 'own' })],
      ['latest', known([OWN, other(4), other(3, { released: true })])],
    ]);
    expect(tagChanges(failed, current)).toEqual({
      write: [known([other(4), other(3, { released: true })], { dirty: true, changed_at: T0 + 9 })],
      remove: ['own'],
      moved: [],
    });
  });

  it('leaves a tag that a later push has, but is no candidate any more', () => {
    expect(changesOf(failed, known([other(6), OWN, other(4)]))).toEqual({
      ...NOTHING,
      write: [known([other(6), other(4)])],
    });
    expect(changesOf(failed, known([other(6, { released: true })]))).toEqual({
      ...NOTHING,
      write: [known([other(6, { released: true })])],
    });
  });

  it('does nothing to a tag that is not there', () => {
    expect(tagChanges(failed, new Map())).toEqual(NOTHING);
    expect(changesOf(failed, null)).toEqual(NOTHING);
  });
});

describe('tagChanges, whatever the step', () => {
  it('leaves the dirty mark and its time as they are where the digest stays', () => {
    const same = other(4, { digest: digestOf('5') });
    for (const dirty of [true, false]) {
      const fields = { dirty, changed_at: T0 + 1 };
      for (const [after, before, candidates] of [
        [build, [same], [OWN, same]],
        [build, [other(6)], [other(6), OWN]],
        [succeeded, [OWN, same], [{ ...OWN, released: true }]],
        [succeeded, [other(6), OWN], [other(6), { ...OWN, released: true }]],
        [failed, [OWN, same], [same]],
        [failed, [other(6), OWN], [other(6)]],
      ] as const) {
        const { write } = changesOf(after, known([...before], fields));
        expect(write).toEqual([known([...candidates], fields)]);
      }
    }
  });

  it('leaves a writer its lease', () => {
    const lease = { holder: 'w', until: T0 + 9 };
    for (const after of [build, succeeded, failed]) {
      const { write } = changesOf(after, known([OWN, other(4)], { lease }));
      expect(write.map((document) => document.lease)).toEqual([lease]);
    }
  });
});

/** The push of this place, in a status. */
function push(order: number, status: BuildStatus): Build {
  const image = { registry: null, name: 'acme/shop', tags: ['latest'] };
  const fields = { status, order, image, result: aResult(digestOf(order.toString(16))), updated_at: T0 + 9 };
  return aBuild(`push ${order}`, fields);
}

/** `latest` after one more step. */
function stepped(latest: TagDocument | null, after: Build): TagDocument | null {
  const { write, remove } = tagChanges(after, new Map([['latest', latest]]));
  return write[0] ?? (remove.length > 0 ? null : latest);
}

/** `latest` through some steps of the pushes 1, 2, …: `+2` enters promoting, `-2` fails to be released. */
function latestAfter(start: TagDocument | null, ...steps: readonly number[]): TagDocument | null {
  return steps.reduce(
    (latest, step) => stepped(latest, push(Math.abs(step), step > 0 ? 'promoting' : 'failed')),
    start,
  );
}

describe('tags through several builds', () => {
  const z = { digest: digestOf('0'), order: 0.5, asked_at: T0, build_id: 'b-released', released: true };
  const released = known([z]);
  const itself = { digest: z.digest, candidates: [z], dirty: true };
  const pushed = (order: number) => ({ digest: digestOf(`${order}`), dirty: true, candidates: [{ order }] });
  const upTo = (order: number) => ({ ...pushed(order), candidates: [{ order, released: false }, z] });

  it('returns to the push before where the later one fails', () => {
    expect(latestAfter(released, 1, -1)).toMatchObject(itself);
    expect(latestAfter(released, 1, 2, -2)).toMatchObject(upTo(1));
    expect(latestAfter(null, 1, -1)).toBeNull();
  });

  it('stays with a later push where an earlier one fails', () => {
    expect(latestAfter(released, 1, 2, -1)).toMatchObject(upTo(2));
    expect(latestAfter(released, 2, 3, -2)).toMatchObject(upTo(3));
  });

  it('never returns to a build that failed: the earlier one fails first', () => {
    expect(latestAfter(released, 1, 2, -1, -2)).toMatchObject(itself);
    expect(latestAfter(null, 1, 2, -1, -2)).toBeNull();
  });

  it('never returns to a build that failed: three in a row', () => {
    expect(latestAfter(released, 1, 2, 3, -2, -3)).toMatchObject(upTo(1));
    expect(latestAfter(null, 1, 2, 3, -2, -3)).toMatchObject(pushed(1));
  });

  it('does not forget what was released: the later one fails first', () => {
    expect(latestAfter(released, 1, 2, -2, -1)).toMatchObject(itself);
  });

  it('gives the tag to an earlier push that came while the later one, which failed, had it', () => {
    expect(latestAfter(released, 2, 1)).toMatchObject({ digest: digestOf('2') });
    const settled = { ...(latestAfter(released, 2, 1) ?? released), dirty: false };
    expect(latestAfter(settled, -2)).toMatchObject({ ...upTo(1), changed_at: T0 + 9 });
  });

  it('is always the highest of those that are being released or were, in any order of steps', () => {
    const orders = [1, 2, 3, 4, 5];
    const plan = fc.record({
      steps: fc.shuffledSubarray([...orders, ...orders], { minLength: 10 }),
      fates: fc.array(fc.constantFrom('succeeded' as const, 'failed' as const), {
        minLength: 5,
        maxLength: 5,
      }),
    });
    fc.assert(
      fc.property(plan, ({ steps, fates }) => {
        const status = new Map<number, BuildStatus>();
        let latest: TagDocument | null = null;
        for (const order of steps) {
          const next = status.get(order) === undefined ? 'promoting' : (fates[order - 1] ?? 'failed');
          status.set(order, next);
          const after = push(order, next);
          const { moved } = tagChanges(after, new Map([['latest', latest]]));
          latest = stepped(latest, after);
          const wanting = orders.filter((one) => ['promoting', 'succeeded'].includes(status.get(one) ?? ''));
          const best = wanting.at(-1);
          expect(latest?.digest).toBe(best === undefined ? undefined : digestOf(`${best}`));
          expect(moved).toEqual(best === order ? ['latest'] : []);
          const floor = wanting.findLast((one) => status.get(one) === 'succeeded') ?? 0;
          const useful = wanting.filter((one) => one >= floor).toReversed();
          expect(latest?.candidates.map((candidate) => candidate.order) ?? []).toEqual(useful);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('what people wish, among the pushes', () => {
  const PLACE = aDestination('acme/shop');
  const wish = (order: number, asked_at: number, digest: string | null) => ({ order, asked_at, digest });

  it('counts as released at once: what is lower is of no use any more, what is higher stays', () => {
    const before = known([other(6), other(4), other(3, { released: true })]);
    const own = { digest: digestOf('9'), order: 4.5, asked_at: T0 + 5, build_id: null, released: true };
    const moved = moveTag(before, PLACE, 'latest', wish(4.5, T0 + 5, digestOf('9')));
    expect(moved).toEqual(known([other(6), own]));
    expect(TagDocument.parse(moved)).toEqual(moved);
  });

  it('leaves a writer its lease and a doubt', () => {
    const writer = { lease: { holder: 'w', until: T0 + 9 }, doubted_at: T0 + 2 };
    const moved = moveTag(known([other(1)], writer), PLACE, 'latest', wish(2, T0 + 5, null));
    expect(moved).toMatchObject({ ...writer, digest: null, dirty: true, changed_at: T0 + 5 });
  });

  it('has the tag where it has the highest place, and of those the latest, in any order of steps', () => {
    const step = fc.record({
      order: fc.integer({ min: 1, max: 4 }),
      at: fc.integer({ min: 0, max: 3 }),
      kind: fc.constantFrom('move' as const, 'remove' as const, 'push' as const),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        let latest: TagDocument | null = null;
        let best: { order: number; at: number; digest: string | null } | null = null;
        for (const [index, { order, at, kind }] of steps.entries()) {
          const digest = kind === 'remove' ? null : digestOf(index.toString(16));
          const later = best === null || order > best.order || (order === best.order && at > best.at);
          // a person's wish wins where all is equal, a build does not
          const equal = best !== null && order === best.order && at === best.at && kind !== 'push';
          if (later || equal) best = { order, at, digest };
          if (kind === 'push') {
            const build = aBuild(`${index}`, { status: 'succeeded', order, created_at: T0 + at });
            const image = { registry: null, name: 'acme/shop', tags: ['latest'] };
            latest = stepped(latest, { ...build, image, result: aResult(digest ?? '') });
          } else latest = moveTag(latest, PLACE, 'latest', wish(order, T0 + at, digest));
          expect(latest?.digest).toBe(best?.digest);
          expect(latest?.candidates).toHaveLength(1);
        }
      }),
      { numRuns: 300 },
    );
  });
});

it('gives each tag a document id of its own, without a slash', () => {
  expect(tagId(aDestination('g/s/n'), 'v1')).toBe('g|s|n:v1');
  const own = { registry: 'registry.example.com:5000/team' };
  expect(tagId(aDestination('g/s', own), 'v1')).toBe('acme@registry.example.com:5000|team|g|s:v1');
});
