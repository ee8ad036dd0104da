import { describe, expect, it } from 'vitest';
import type { PushEvent } from '#core/delivery.ts';
import { decidePush, tagsOfHead } from '#core/rules.ts';
import { aRepository, sha } from '#test/support/memory/examples.ts';

const repository = aRepository({ default_branch: 'main' });
const push = (fields: Partial<PushEvent>): PushEvent => ({
  kind: 'push',
  repository: 'acme/shop',
  host_id: null,
  message: null,
  ref: 'refs/heads/main',
  before_sha: sha('0'),
  commit_sha: sha('a'),
  pushed_at: null,
  ...fields,
});
const reason = (fields: Partial<PushEvent>) => {
  const verdict = decidePush(push(fields), repository);
  return verdict.kind === 'ignore' ? verdict.reason : `built ${JSON.stringify(verdict.images)}`;
};

describe('decidePush', () => {
  it('builds a push to the default branch, with its own tag and latest', () => {
    const images = [{ name: 'acme/shop', tags: ['main-auto-aaaaaaa', 'latest'] }];
    expect(decidePush(push({}), repository)).toEqual({ kind: 'build', images });
  });

  it('builds a git tag under its own name', () => {
    const images = [{ name: 'acme/shop', tags: ['v1.0'] }];
    expect(decidePush(push({ ref: 'refs/tags/v1.0' }), repository)).toEqual({ kind: 'build', images });
  });

  it.each([
    [{ ref: 'refs/heads/other' }, /only pushes to "main" and tags are built, this is "other"/],
    [{ ref: 'refs/heads/main2' }, /only pushes to "main"/],
    [{ ref: 'refs/heads/Main' }, /only pushes to "main"/],
    [{ ref: 'refs/pull/1/head' }, /neither a branch nor a tag/],
    [{ ref: 'main' }, /neither a branch nor a tag/],
    [{ commit_sha: null }, /the branch "main" was deleted/],
    [{ ref: 'refs/tags/v1', commit_sha: null }, /the tag "v1" was deleted/],
    [{ commit_sha: 'HEAD' }, /commit id/],
    [{ commit_sha: '--option' }, /commit id/],
    [{ ref: 'refs/tags/--upload-pack=x' }, /not a valid ref name/],
    [{ ref: 'refs/tags/a..b' }, /not a valid ref name/],
    [{ ref: 'refs/heads/main\n' }, /not a valid ref name/],
  ] satisfies [Partial<PushEvent>, RegExp][])('ignores %j with a reason', (fields, why) =>
    expect(reason(fields)).toMatch(why),
  );

  it('escapes and cuts a hostile name in its reason', () => {
    const why = reason({ ref: `refs/heads/\u001b[31m${'x'.repeat(5_000)}` });
    expect(why.length).toBeLessThan(300);
    expect(why).not.toContain('\u001b');
  });
});

it('gives latest to the default branch only', () => {
  expect(tagsOfHead('main', sha('a'), repository)).toEqual(['main-auto-aaaaaaa', 'latest']);
  expect(tagsOfHead('dev', sha('a'), repository)).toEqual(['dev-auto-aaaaaaa']);
});
