import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFullName, OCI_TAG } from '#core/git-names.ts';
import { branchTag, commitTag, gitTagTag, imageName } from '#core/image-names.ts';

/** OCI distribution spec v1.1, "Pulling manifests": `<name>` and `<reference>` as a tag. */
const NAME = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

const part = fc.string({ unit: fc.constantFrom(...'aZ9._-'), minLength: 1, maxLength: 8 });
const fullName = fc
  .array(part, { minLength: 2, maxLength: 4 })
  .map((parts) => parts.join('/'))
  .filter(isFullName);
const commit = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 40, maxLength: 40 });
const anyText = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }),
  fc.string({ minLength: 1 }),
);

describe('imageName', () => {
  it('is always a repository name of the OCI distribution spec', () => {
    fc.assert(
      fc.property(fullName, (name) => void expect(imageName(name)).toMatch(NAME)),
      { numRuns: 1_000 },
    );
  });

  it('is the same for two repositories only where their names differ in case alone', () => {
    fc.assert(
      fc.property(fullName, fullName, (a, b) => {
        expect(imageName(a) === imageName(b)).toBe(a.toLowerCase() === b.toLowerCase());
      }),
      { numRuns: 1_000 },
    );
    fc.assert(
      fc.property(fullName, (name) => void expect(imageName(name.toUpperCase())).toBe(imageName(name))),
    );
  });

  it('cuts a very long name, and keeps what was cut apart', () => {
    const names = ['x', 'y'].map((end) => imageName(`acme/${'a.'.repeat(100)}${end}`));
    expect(new Set(names)).toHaveLength(2);
    for (const name of names) {
      expect(name).toMatch(NAME);
      expect(name.length).toBeLessThanOrEqual(128);
    }
  });

  it.each([
    ['acme/shop', 'acme/shop'],
    ['Acme/Shop', 'acme/shop'],
    ['group/sub/my_app', 'group/sub/my_app'],
    ['acme/a__b--c.d', 'acme/a__b--c.d'],
  ])('keeps %s readable: %s', (name, expected) => expect(imageName(name)).toBe(expected));

  it.each(['acme/.github', 'acme/a_-b', 'acme/a.-b', 'acme/a___b', 'acme/-', 'acme/_'])(
    'gives %s a name of its own',
    (name) => expect(imageName(name)).toMatch(/^acme\/[a-z0-9-]+-[0-9a-f]{8}$/),
  );
});

describe('tags', () => {
  it('are always tags of the OCI distribution spec', () => {
    expect(OCI_TAG.source).toBe(TAG.source);
    fc.assert(
      fc.property(anyText, commit, (text, sha) => {
        expect(branchTag(text, sha)).toMatch(TAG);
        expect(gitTagTag(text)).toMatch(TAG);
        expect(commitTag(sha)).toMatch(TAG);
      }),
      { numRuns: 1_000 },
    );
  });

  it('name branch and commit, and keep the commit of the longest branch', () => {
    const sha = '0123456789abcdef0123456789abcdef01234567';
    expect(branchTag('main', sha)).toBe('main-auto-0123456');
    expect(branchTag('feature/x#1', sha)).toBe('feature-x-1-auto-0123456');
    expect(branchTag('x'.repeat(200), sha)).toMatch(/^x{115}-auto-0123456$/);
    expect(gitTagTag('v1.2.3')).toBe('v1.2.3');
    expect(gitTagTag('release/v1+meta')).toBe('release-v1-meta');
    expect(gitTagTag('…')).toBe('ref');
    expect(commitTag(sha)).toBe('commit-0123456');
  });
});
