import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globMatcher, matchesGlobs } from '#core/globs.ts';

describe('a pattern', () => {
  it.each<[string, string[], string[]]>([
    ['main', ['main'], ['Main', 'main2', 'x/main', '']],
    ['release/*', ['release/1', 'release/'], ['release/1/2', 'release', 'xrelease/1']],
    ['release/**', ['release/1', 'release/1/2'], ['release', 'releases/1']],
    ['**', ['a', 'a/b', ''], []],
    ['*', ['a', ''], ['a/b']],
    ['v?.*', ['v1.2', 'v1.'], ['v12.3', 'v/.2']],
    ['**/Dockerfile', ['Dockerfile', 'a/Dockerfile', 'a/b/Dockerfile'], ['xDockerfile', 'Dockerfile/x']],
    ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab', 'a/xb', 'a/x/bb']],
    ['**.md', ['a.md', 'x/a.md'], ['a.mdx']],
    ['*.md', ['a.md'], ['x/a.md']],
    ['a**b', ['ab', 'a/x/b'], ['a/c']],
    ['[ab]+(x).$^|\\', ['[ab]+(x).$^|\\'], ['a']],
    ['füß?', ['füß😀'], ['füß', 'füßab']],
    ['#1 über/**', ['#1 über/x'], ['#1/x']],
  ])('%s takes the names that it means, and no other', (glob, taken, left) => {
    for (const name of taken) expect([name, matchesGlobs([glob], name)]).toEqual([name, true]);
    for (const name of left) expect([name, matchesGlobs([glob], name)]).toEqual([name, false]);
  });

  it('is what the same regular expression says', () => {
    const unit = fc.constantFrom('a', 'b', '/');
    const glob = fc
      .array(fc.constantFrom('a', 'b', '/', '?', '*', '**', '/**/'), { maxLength: 8 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(glob, fc.string({ unit, maxLength: 8 }), (pattern, name) => {
        expect(matchesGlobs([pattern], name)).toBe(asRegExp(pattern).test(name));
      }),
      { numRuns: 5_000 },
    );
  });
});

/** The same meaning in another way, for names without line ends. */
function asRegExp(glob: string): RegExp {
  const source = glob.replace(/(?<=^|\/)\*\*+\/|\*\*+|\*|\?/g, (found) => {
    if (found.endsWith('/')) return '(?:[^/]*/)*';
    return found === '?' ? '[^/]' : found === '*' ? '[^/]*' : '.*';
  });
  return new RegExp(`^${source}$`);
}

describe('a list of patterns', () => {
  it.each<[string[], string, boolean]>([
    [[], 'a', false],
    [['src/**', '!src/docs/**'], 'src/a', true],
    [['src/**', '!src/docs/**'], 'src/docs/a', false],
    [['src/**', '!src/docs/**', 'src/docs/api'], 'src/docs/api', true],
    [['!docs/**'], 'src/a', true],
    [['!docs/**'], 'docs/a', false],
    [['!**'], 'a', false],
  ])('%j takes %s: %s', (globs, name, taken) => expect(matchesGlobs(globs, name)).toBe(taken));
});

it('takes no more steps than the product of both lengths, and says when there are none left', () => {
  const steps = { left: 3_000_000 };
  expect(globMatcher(['*a'.repeat(127)])(`${'a'.repeat(4_000)}b`, steps)).toBe(false);
  expect(steps.left).toBeGreaterThan(0);
  const few = { left: 100 };
  globMatcher(['**a'.repeat(80)])('a'.repeat(4_000), few);
  expect(few.left).toBeLessThan(0);
});
