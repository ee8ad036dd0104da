import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMIT_SHA, isFullName, isInnerPath, isRefName, isShortRefName, parseRef } from '#core/git-names.ts';

describe('isRefName', () => {
  it.each([
    'refs/heads/main',
    'refs/heads/feature/a.b_c-d@e',
    'refs/tags/v1.0.0+meta',
    'refs/heads/größe',
    'refs/heads/😀',
    'refs/pull/1/head',
    `refs/heads/${'x'.repeat(1013)}`,
  ])('accepts %j', (ref) => expect(isRefName(ref)).toBe(true));

  it.each([
    '',
    'main',
    'heads/main',
    'refs/heads',
    'refs/heads/',
    'refs//main',
    '/refs/heads/main',
    'refs/heads/main/',
    '--upload-pack=touch /tmp/x',
    'refs/heads/-x',
    'refs/heads/a/--option',
    'refs/heads/a..b',
    'refs/heads/../../etc/passwd',
    'refs/heads/.hidden',
    'refs/heads/a/.b',
    'refs/heads/a.',
    'refs/heads/a.lock',
    'refs/heads/a.lock/b',
    'refs/heads/a@{1}',
    ...[...' ~^:?*[\\\u0000\u0001\n\r\t\u001f\u007f'].map((char) => `refs/heads/a${char}b`),
    'refs/heads/\ud800',
    'refs/heads/a\udc00b',
    `refs/heads/${'x'.repeat(1014)}`,
    `refs/heads/${'ä'.repeat(507)}`,
  ])('refuses %j', (ref) => expect(isRefName(ref)).toBe(false));

  it('accepts nothing that git itself does not accept', () => {
    const piece = fc.constantFrom(
      'a',
      'B',
      '.',
      '..',
      '@',
      '{',
      '@{',
      '-',
      '~',
      '^',
      ':',
      '?',
      '*',
      '[',
      ']',
      '\\',
      ' ',
      '\n',
      '\u007f',
      'lock',
      '.lock',
      '/',
      '/',
      'ä',
      '😀',
      '!',
      '$',
      "'",
      '"',
      ';',
      '|',
      '&',
    );
    const ref = fc
      .array(piece, { minLength: 1, maxLength: 6 })
      .map((pieces) => `refs/heads/${pieces.join('')}`);
    const accepted = [...new Set(fc.sample(ref, { numRuns: 4_000, seed: 7 }).filter(isRefName))].slice(
      0,
      300,
    );
    expect(accepted.length).toBe(300);
    const byGit = accepted.filter((name) => spawnSync('git', ['check-ref-format', name]).status === 0);
    expect(byGit).toEqual(accepted);
  }, 120_000); // 300 processes: how long they take is the machine's affair
});

describe('other names', () => {
  it('takes short names that cannot be an option', () => {
    for (const name of ['main', 'feature/x', 'v1']) expect(isShortRefName(name)).toBe(true);
    for (const name of ['', '-b', '--force', '@', 'a b', 'a..b', '/a', 'a/', '\ud800']) {
      expect(isShortRefName(name), JSON.stringify(name)).toBe(false);
    }
  });

  it('takes full names as hosts have them', () => {
    for (const name of ['acme/shop', 'Acme/.github', 'g/s/n', 'a-b/c.d_e'])
      expect(isFullName(name)).toBe(true);
    const bad = [
      'acme',
      '/shop',
      'acme/',
      'acme/../x',
      '../x',
      'a/..',
      'a//b',
      '-a/b',
      'a/-b',
      'a/b c',
      'a/b\n',
      'a/ä',
      'a/.',
      `a/${'x'.repeat(254)}`,
    ];
    for (const name of bad) expect(isFullName(name), JSON.stringify(name)).toBe(false);
  });

  it('takes folders inside the checkout only', () => {
    for (const path of ['.', 'web', 'apps/web', 'a b/ä', '...']) expect(isInnerPath(path)).toBe(true);
    const bad = [
      '',
      '/',
      '/etc',
      '..',
      '../x',
      'a/../..',
      'a/./b',
      './a',
      'a//b',
      'a/',
      '-C',
      '.git',
      'a/.git/hooks',
      'a\\b',
      'a\0b',
      'x'.repeat(1025),
    ];
    for (const path of bad) expect(isInnerPath(path), JSON.stringify(path)).toBe(false);
  });

  it('takes whole commit ids only', () => {
    expect(COMMIT_SHA.test('a'.repeat(40))).toBe(true);
    expect(COMMIT_SHA.test('0'.repeat(64))).toBe(true);
    for (const id of [
      'a'.repeat(39),
      'a'.repeat(41),
      'A'.repeat(40),
      `${'a'.repeat(40)}\n`,
      'g'.repeat(40),
      'HEAD',
    ]) {
      expect(COMMIT_SHA.test(id), JSON.stringify(id)).toBe(false);
    }
  });

  it('reads kind and name from a ref', () => {
    expect(parseRef('refs/heads/feature/x')).toEqual({ kind: 'branch', name: 'feature/x' });
    expect(parseRef('refs/tags/v1')).toEqual({ kind: 'tag', name: 'v1' });
    expect(parseRef('refs/pull/1/head')).toBeNull();
  });
});
