import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OCI_TAG } from '#core/git-names.ts';
import { DEFAULT_TEMPLATES, pullRequestTag, renderTag, templateProblem } from '#core/tag-template.ts';

const SHA = '0123456789abcdef0123456789abcdef01234567';
const fields = (kind: 'branch' | 'tag', name: string) => ({
  ref: { kind, name },
  commitSha: SHA,
  image: 'acme/shop/web',
  at: Date.UTC(2026, 10, 21, 23, 59),
});
const [ofBranch] = DEFAULT_TEMPLATES.branch;
const [ofTag] = DEFAULT_TEMPLATES.tag;

describe('a tag from a template', () => {
  it.each([
    [ofBranch, 'branch', 'main', 'main-auto-0123456'],
    [ofBranch, 'branch', 'Feature/x #1', 'feature-x-1-auto-0123456'],
    [ofBranch, 'branch', 'x'.repeat(255), `${'x'.repeat(115)}-auto-0123456`],
    [ofBranch, 'branch', 'über', 'ber-auto-0123456'],
    [ofBranch, 'branch', '…', 'ref-auto-0123456'],
    [ofTag, 'tag', 'v1.2.3', 'v1.2.3'],
    [ofTag, 'tag', 'V1.2.3-RC1', 'v1.2.3-rc1'],
    [ofTag, 'tag', 'release/v1+meta', 'release-v1-meta'],
    [ofTag, 'tag', '…', 'ref'],
    ['{image}-{date}', 'branch', 'main', 'web-20261121'],
    ['{sha}', 'branch', 'main', SHA],
    ['{branch}-{branch}', 'branch', 'x'.repeat(255), `${'x'.repeat(63)}-${'x'.repeat(63)}`],
  ] as const)('%s of the %s %s', (template, kind, name, tag) => {
    expect(templateProblem(kind, template)).toBeNull();
    expect(renderTag(template, fields(kind, name))).toBe(tag);
  });

  it('is `latest` only where the template says so', () => {
    expect(renderTag('latest', fields('branch', 'main'))).toBe('latest');
    expect(renderTag('{tag}', fields('tag', 'Latest'))).toBe('latest-0123456');
    expect(renderTag('{branch}', fields('branch', 'latest'))).toBe('latest-0123456');
    expect(renderTag('la{tag}', fields('tag', 'test'))).toBe('latest-0123456');
  });

  it('is always one of the OCI distribution spec, in lower case', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string());
    const template = fc.oneof(text, fc.constantFrom(ofBranch, ofTag, '{image}{date}{sha}{sha}{sha}{branch}'));
    fc.assert(
      fc.property(template, text, fc.maxSafeInteger(), (wanted, name, at) => {
        for (const kind of ['branch', 'tag'] as const) {
          const tag = renderTag(wanted, { ...fields(kind, name), at });
          expect(tag).toMatch(OCI_TAG);
          expect(tag).toBe(tag.toLowerCase());
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('of a pull request names it and its commit', () => expect(pullRequestTag(7, SHA)).toBe('pr-7-0123456'));
});

describe('a template', () => {
  it.each([
    ['branch', '{tag}', '{tag} is no field here; there are {branch}, {sha}, {sha7}, {date}, {image}'],
    ['tag', '{branch}', '{branch} is no field here'],
    ['branch', '{Sha}', '{Sha} is no field here'],
    ['branch', '{}', '{} is no field here'],
    ['branch', '{branch', 'may have letters'],
    ['branch', 'a b', 'may have letters'],
    ['branch', 'ä', 'may have letters'],
    ['branch', '-{sha7}', 'may not begin'],
    ['branch', 'x'.repeat(65), 'may have 64 characters'],
  ] as const)('of a %s may not be %s', (kind, template, why) =>
    expect(templateProblem(kind, template)).toContain(why),
  );
});
