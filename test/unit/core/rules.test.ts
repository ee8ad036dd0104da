import { describe, expect, it } from 'vitest';
import { BuildRules } from '#core/build-rules.ts';
import type { PushEvent } from '#core/delivery.ts';
import { decidePullRequest, decidePush, pushedRef, rulesOver } from '#core/rules.ts';
import { aRepository, sha, T0 } from '#test/support/memory/examples.ts';

const repository = aRepository({ default_branch: 'main', root_directory: 'app' });
const aPush = (fields: Partial<PushEvent>): PushEvent => ({
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

/** The tags of each image of a push, or why there is none. */
function told(ref: string, rules: unknown = {}, message: string | null = null) {
  const named = pushedRef(aPush({ ref }));
  if (typeof named === 'string') return named;
  const push = { ref: named, commit_sha: sha('a'), message, at: T0 };
  const verdict = decidePush(push, repository, BuildRules.parse(rules));
  return verdict.kind === 'ignore' ? verdict.reason : verdict.images.map(({ tags }) => tags);
}

describe('a push that no rules could build', () => {
  it.each([
    [{ ref: 'refs/pull/1/head' }, /neither a branch nor a tag/],
    [{ ref: 'main' }, /neither a branch nor a tag/],
    [{ commit_sha: null }, /the branch "main" was deleted/],
    [{ ref: 'refs/tags/v1', commit_sha: null }, /the tag "v1" was deleted/],
    [{ commit_sha: 'HEAD' }, /commit id/],
    [{ commit_sha: '--option' }, /commit id/],
    [{ ref: 'refs/tags/--upload-pack=x' }, /not a valid ref name/],
    [{ ref: 'refs/tags/a..b' }, /not a valid ref name/],
    [{ ref: 'refs/heads/main\n' }, /not a valid ref name/],
    [{ ref: 'refs/heads/-dash' }, /not a valid ref name/],
  ] satisfies [Partial<PushEvent>, RegExp][])('%j has a reason', (fields, why) =>
    expect(pushedRef(aPush(fields))).toMatch(why),
  );

  it('has its hostile name escaped and cut', () => {
    const why = pushedRef(aPush({ ref: `refs/heads/\u001b[31m${'x'.repeat(5_000)}` }));
    if (typeof why !== 'string') throw new Error('it was taken');
    expect(why.length).toBeLessThan(300);
    expect(why).not.toContain('\u001b');
  });
});

describe('a push, where nobody made rules', () => {
  it.each([
    ['refs/heads/main', [['main-auto-aaaaaaa', 'latest']]],
    ['refs/tags/v1.0', [['v1.0']]],
    ['refs/tags/V1.0', [['v1.0']]],
    ['refs/tags/release/1.0', [['release-1.0']]],
    ['refs/tags/latest', [['latest-aaaaaaa']]],
    ['refs/heads/other', 'only pushes to "main" and tags are built, this is "other"'],
    ['refs/heads/main2', expect.stringContaining('only pushes to "main"')],
    ['refs/heads/Main', expect.stringContaining('only pushes to "main"')],
  ])('to %s: %j', (ref, expected) => expect(told(ref)).toEqual(expected));
});

describe('rules', () => {
  const branches = ['main', 'feature/**', 'fix #?', 'größe', '!feature/old/**'];

  it.each([
    ['refs/heads/main', [['main-auto-aaaaaaa', 'latest']]],
    ['refs/heads/feature/a/b', [['feature-a-b-auto-aaaaaaa']]],
    ['refs/heads/fix#1', expect.stringContaining('this is "fix#1"')],
    ['refs/heads/größe', [['gr-e-auto-aaaaaaa']]],
    [`refs/heads/feature/${'x'.repeat(247)}`, [[`feature-${'x'.repeat(107)}-auto-aaaaaaa`]]],
    ['refs/heads/feature/old/x', expect.stringContaining('the rules build the branches "main, feature/**')],
    ['refs/tags/v1', [['v1']]],
  ])('take branches by their names: %s', (ref, expected) =>
    expect(told(ref, { branches })).toEqual(expected),
  );

  it('take git tags by their names, in their case', () => {
    expect(told('refs/tags/v1', { tags: ['v*'] })).toEqual([['v1']]);
    expect(told('refs/tags/V1', { tags: ['v*'] })).toContain('the rules build the tags "v*"');
    expect(told('refs/tags/v1', { tags: [] })).toContain('this is "v1"');
    expect(told('refs/heads/main', { tags: [] })).toEqual([['main-auto-aaaaaaa', 'latest']]);
  });

  it('name the tags of images; `latest` then only where they say so', () => {
    const image_tags = { branch: ['{branch}', '{branch}-{date}-{sha7}', '{branch}'] };
    expect(told('refs/heads/main', { image_tags })).toEqual([['main', 'main-20260101-aaaaaaa']]);
    expect(told('refs/heads/main', { image_tags: { branch: ['latest'] } })).toEqual([['latest']]);
    expect(told('refs/tags/v1', { image_tags })).toEqual([['v1']]);
    expect(told('refs/heads/latest', { branches: ['*'], image_tags })).toEqual([
      ['latest-aaaaaaa', 'latest-20260101-aaaaaaa'],
    ]);
  });

  it.each(['fix [skip ci]', '[CI SKIP]\n\nbody', 'x\n\n[no ci]', 'x [Skip BitFlow] y'])(
    'build no branch at the commit %j, but the tag of it',
    (message) => {
      expect(told('refs/heads/main', {}, message)).toBe('the message of the commit asks for no build');
      expect(told('refs/tags/v1', {}, message)).toEqual([['v1']]);
    },
  );

  it.each(['skip ci', '[skipci]', '[skip  ci]'])('build a branch at the commit %j', (message) =>
    expect(told('refs/heads/main', {}, message)).toEqual([['main-auto-aaaaaaa', 'latest']]),
  );
});

describe('the images', () => {
  const main = {
    ref: { kind: 'branch', name: 'main' },
    commit_sha: sha('a'),
    message: null,
    at: T0,
  } as const;
  const of = (rules: unknown) => {
    const verdict = decidePush(main, repository, BuildRules.parse(rules));
    return verdict.kind === 'build' ? verdict.images : [];
  };

  it('is the repository, where no rule has others', () => {
    expect(of({})).toEqual([
      {
        name: 'acme/shop',
        tags: ['main-auto-aaaaaaa', 'latest'],
        root_directory: 'app',
        builder: 'auto',
        dockerfile: { path: null, target: null },
        paths: null,
      },
    ]);
  });

  it('are those of the rules, each with its folder, builder and paths', () => {
    const images = [
      { name: 'api', root: 'services/a*i', dockerfile: 'deploy/Dockerfile', target: 'prod' },
      { name: 'web/site', paths: ['web/**'], builder: 'nixpacks' },
      { name: 'all' },
    ];
    expect(of({ images, image_tags: { branch: ['{image}-{sha7}'] } })).toMatchObject([
      {
        name: 'acme/shop/api',
        tags: ['api-aaaaaaa'],
        root_directory: 'services/a*i',
        builder: 'dockerfile',
        dockerfile: { path: 'deploy/Dockerfile', target: 'prod' },
        paths: ['services/a?i/**', 'bitflow.toml'],
      },
      { name: 'acme/shop/web/site', tags: ['site-aaaaaaa'], builder: 'nixpacks', paths: ['web/**'] },
      { name: 'acme/shop/all', root_directory: '.', builder: 'auto', paths: null },
    ]);
  });
});

describe('a pull request', () => {
  const asked = { number: 7, commit_sha: sha('a'), message: null };
  const rules = { pull_requests: true, image_tags: { branch: ['latest'], tag: ['latest'] } };

  it('is built where the rules say so, with a tag of its own and no other', () => {
    const verdict = decidePullRequest(asked, repository, rules);
    expect(verdict).toMatchObject({ kind: 'build', images: [{ name: 'acme/shop', tags: ['pr-7-aaaaaaa'] }] });
  });

  it.each([
    [{}, asked, 'the rules lack pull_requests = true'],
    [rules, { ...asked, commit_sha: 'HEAD' }, 'the commit id is not one'],
    [rules, { ...asked, message: 'x [skip ci]' }, 'asks for no build'],
  ])('else is not: %j, %j', (given, request, reason) =>
    expect(decidePullRequest(request, repository, given)).toEqual({
      kind: 'ignore',
      reason: expect.stringContaining(reason),
    }),
  );
});

it('what the file says comes over what is kept, key by key', () => {
  const kept: BuildRules = {
    branches: ['a'],
    tags: ['v*'],
    image_tags: { branch: ['{branch}'], tag: ['{tag}'] },
  };
  expect(rulesOver(kept, {})).toEqual(kept);
  expect(rulesOver(kept, { branches: ['b'], pull_requests: true, image_tags: { tag: ['x-{tag}'] } })).toEqual(
    {
      branches: ['b'],
      tags: ['v*'],
      pull_requests: true,
      image_tags: { branch: ['{branch}'], tag: ['x-{tag}'] },
    },
  );
  expect(rulesOver({}, {})).toEqual({});
});
