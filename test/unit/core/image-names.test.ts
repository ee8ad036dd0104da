import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFullName } from '#core/git-names.ts';
import { commitTag, imageName } from '#core/image-names.ts';

/** OCI distribution spec v1.1, "Pulling manifests": `<name>` and `<reference>` as a tag. */
const NAME = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;

const part = fc.string({ unit: fc.constantFrom(...'aZ9._-'), minLength: 1, maxLength: 8 });
const fullName = fc
  .array(part, { minLength: 2, maxLength: 4 })
  .map((parts) => parts.join('/'))
  .filter(isFullName);

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

it('names a bare commit by its start', () => {
  expect(commitTag('0123456789abcdef0123456789abcdef01234567')).toBe('commit-0123456');
});
