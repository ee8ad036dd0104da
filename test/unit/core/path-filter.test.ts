import { describe, expect, it } from 'vitest';
import type { BuildRules } from '#core/build-rules.ts';
import { concerned, filtersPaths, pathsOf } from '#core/path-filter.ts';

const image = (name: string, paths: readonly string[] | null = null) => ({ name, paths });
const names = (rules: BuildRules, images: ReturnType<typeof image>[], paths: readonly string[]) =>
  concerned(rules, images, { known: true, paths }).map(({ name }) => name);

const API = image('api', ['api/**', 'bitflow.toml']);
const WEB = image('web', ['web/**', '!web/docs/**', 'bitflow.toml']);
const ALL = image('all');

describe('the images that a change concerns', () => {
  it.each<[string[], string[]]>([
    [['api/a.ts'], ['api', 'all']],
    [['web/docs/a.md'], ['all']],
    [
      ['web/docs/a.md', 'web/b'],
      ['web', 'all'],
    ],
    [['bitflow.toml'], ['api', 'web', 'all']],
    [['README.md'], ['all']],
    [[], []],
  ])('of %j are %j', (paths, expected) => expect(names({}, [API, WEB, ALL], paths)).toEqual(expected));

  it('are none of what the repository leaves out as a whole', () => {
    const rules = { paths: ['!**/*.md'] };
    expect(names(rules, [API, WEB, ALL], ['api/README.md'])).toEqual([]);
    expect(names(rules, [API, WEB, ALL], ['api/README.md', 'web/x'])).toEqual(['web', 'all']);
  });

  it('are all, where it is not known what changed', () => {
    expect(concerned({ paths: ['x'] }, [API, ALL], { known: false, why: 'too much' })).toEqual([API, ALL]);
  });

  it('are all, where finding out would take too long', () => {
    const hostile = image(
      'hostile',
      Array.from({ length: 64 }, () => '**a'.repeat(80)),
    );
    const paths = Array.from({ length: 100_000 }, () => 'a'.repeat(200));
    expect(names({}, [hostile, API], paths)).toEqual(['hostile', 'api']);
  });
});

it('what changed matters only where somebody named paths', () => {
  expect(filtersPaths({}, [ALL])).toBe(false);
  expect(filtersPaths({ paths: ['x'] }, [ALL])).toBe(true);
  expect(filtersPaths({}, [ALL, API])).toBe(true);
});

it('an image below the top is concerned by its folder and by bitflow.toml, unless it says otherwise', () => {
  expect(pathsOf({ name: 'a', root: '.' })).toBeNull();
  expect(pathsOf({ name: 'a', root: 'a/b' })).toEqual(['a/b/**', 'bitflow.toml']);
  expect(pathsOf({ name: 'a', root: 'a', paths: ['b'] })).toEqual(['b']);
  expect(names({}, [image('odd', pathsOf({ name: 'odd', root: '!a*' }))], ['!a*/x'])).toEqual(['odd']);
});
