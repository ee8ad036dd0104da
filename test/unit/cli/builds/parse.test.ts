import { describe, expect, test } from 'vitest';
import { prefixOf } from '#cli/builds/find-build.ts';
import { shortIds } from '#cli/builds/list.ts';
import { requestOf } from '#cli/builds/request-of.ts';
import { sinceOf } from '#cli/builds/since.ts';
import { STATUSES } from '#cli/commands/builds-read.ts';
import { BUILDERS } from '#cli/commands/builds-shared.ts';
import { BuilderType, BuildStatus } from '#core/build.ts';
import { T0 } from '#test/support/memory/examples.ts';

test('the states and builders that the options take are those of the API', () => {
  expect(STATUSES).toEqual(BuildStatus.options);
  expect(BUILDERS).toEqual(BuilderType.options);
});

describe('--since', () => {
  test.each([
    ['90s', T0 - 90_000],
    ['30m', T0 - 1_800_000],
    ['2h', T0 - 7_200_000],
    ['3d', T0 - 259_200_000],
    ['1w ago', T0 - 604_800_000],
    ['2025-12-31', Date.UTC(2025, 11, 31)],
    ['2025-12-31T10:00:00+02:00', Date.UTC(2025, 11, 31, 8)],
  ])('%s', (text, at) => expect(sinceOf(text, T0)).toBe(new Date(at).toISOString()));

  test.each(['', 'yesterday', '2', '2y', '-2h', '2025', '2025-13-01', '1767225600'])(
    '%j is no time',
    (text) => {
      expect(() => sinceOf(text, T0)).toThrow(/is no time/);
    },
  );
});

describe('a shortened id', () => {
  test.each([
    ['3f9a', 'b-3f9a'],
    ['b-3f9a', 'b-3f9a'],
    ['B-3F9A', 'b-3f9a'],
    ['b', 'b-b'],
  ])('%s', (given, prefix) => expect(prefixOf(given)).toBe(prefix));

  test.each(['', 'b-', 'x', '../b-1', `b-${'0'.repeat(25)}`, 'r-3f9a', 'b-3f9a\u001b[2J'])(
    '%j is none',
    (given) => expect(prefixOf(given)).toBeNull(),
  );

  test('keeps each its own', () => {
    expect(shortIds(['b-0123456789', 'b-abcdef0123'])).toEqual(['b-01234567', 'b-abcdef01']);
    expect(shortIds(['b-0123456789', 'b-0123456799'])).toEqual(['b-012345678', 'b-012345679']);
    expect(shortIds(['b-0123456789', 'b-0123456789'])).toEqual(['b-01234567', 'b-01234567']);
    expect(shortIds([])).toEqual([]);
  });
});

describe('what a build is asked for', () => {
  test('is nothing but what was given', () => {
    expect(requestOf('acme/shop', {})).toEqual({ repository_id: 'acme/shop' });
    expect(requestOf('acme/shop', { branch: 'main', tag: 'v1', env: { A: '' }, timeout: 60 })).toMatchObject({
      branch: 'main',
      image_tag: 'v1',
      build_config: { environment: { A: '' }, build_timeout: 60 },
    });
  });

  test.each([
    [{ env: { '9A': '1' } }, /^--env 9A must be letters/],
    [{ timeout: 1 }, /^--timeout /],
    [{ platform: 'linux/arm64' }, /^--platform images are made for linux\/amd64 only/],
    [{ commit: 'abc' }, /^--commit must be a full commit id/],
    [{ tag: 'a b' }, /^--tag must be an OCI tag/],
    [{ branch: 'a', ref: 'b' }, /give one of branch, ref and commit_sha/],
    [{ branch: '..', timeout: 1 }, /^--branch .*; --timeout /],
  ])('%j is refused in the words of the command line', (options, words) => {
    expect(() => requestOf('acme/shop', options)).toThrow(words);
  });
});
