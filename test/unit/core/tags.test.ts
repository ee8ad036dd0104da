import { describe, expect, it } from 'vitest';
import { movedTags, type TagDocument, tagId } from '#core/tags.ts';
import { aBuild, aResult, digestOf, T0 } from '#test/support/memory/examples.ts';

const IMAGE = { name: 'acme/shop', tags: ['own', 'latest'] };
const build = aBuild('x', { order: 5, image: IMAGE, result: aResult(digestOf('5')), updated_at: T0 + 7 });

function known(order: number, fields: Partial<TagDocument> = {}): TagDocument {
  const base = {
    version: 1,
    image: 'acme/shop',
    tag: 'latest',
    digest: digestOf('1'),
    build_id: 'b-1',
  } as const;
  return { ...base, order, dirty: false, changed_at: T0, lease: null, ...fields };
}

const moved = (latest: TagDocument | null) =>
  movedTags(
    build,
    new Map([
      ['own', null],
      ['latest', latest],
    ]),
  ).map(({ tag }) => tag);

describe('movedTags', () => {
  it('moves a tag that nothing moved before, with a dirty mark', () => {
    expect(movedTags(build, new Map())).toEqual([
      { ...known(5), tag: 'own', digest: digestOf('5'), build_id: build.id, dirty: true, changed_at: T0 + 7 },
      {
        ...known(5),
        tag: 'latest',
        digest: digestOf('5'),
        build_id: build.id,
        dirty: true,
        changed_at: T0 + 7,
      },
    ]);
  });

  it('moves a tag forward only: never to an earlier push, never twice to the same', () => {
    expect(moved(known(4.75))).toEqual(['own', 'latest']);
    expect(moved(known(5))).toEqual(['own']);
    expect(moved(known(5.25))).toEqual(['own']);
  });

  it('moves nothing without a result or a place', () => {
    expect(movedTags({ ...build, result: null }, new Map())).toEqual([]);
    expect(movedTags({ ...build, order: null }, new Map())).toEqual([]);
  });

  it('leaves a writer its lease', () => {
    const lease = { holder: 'w', until: T0 + 9 };
    expect(movedTags(build, new Map([['latest', known(1, { lease })]])).at(-1)?.lease).toEqual(lease);
  });
});

it('gives each tag a document id of its own, without a slash', () => {
  expect(tagId('g/s/n', 'v1')).toBe('g|s|n:v1');
  expect(tagId('g/s', 'n')).not.toBe(tagId('g', 's'));
});
