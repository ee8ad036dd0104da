import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { shorten } from '#cli/kit/shorten.ts';
import { clean, harmlessJson, isolate, pad, width } from '#cli/kit/text.ts';
import { wrap } from '#cli/kit/wrap.ts';

describe('text from elsewhere', () => {
  test.each([
    ['colours', 'a\u001b[31mb\u001b[0m', 'ab'],
    ['what moves the cursor', 'a\u001b[2Jb\u001b[1;1Hc', 'abc'],
    ['a title of the window', 'a\u001b]0;title\u0007b', 'ab'],
    ['a link', '\u001b]8;;https://evil.example\u001b\\here\u001b]8;;\u001b\\', 'here'],
    ['C1 sequences', 'a\u009b31mb', 'ab'],
    ['C1 letters', 'a\u0085b\u0090c', 'abc'],
    ['bells and backspaces', 'a\u0007\bb', 'ab'],
    ['other directions of writing', 'a\u202eb\u2066c\u200fd', 'abcd'],
    ['ends of lines', 'a\r\nb', 'ab'],
    ['separators of lines', 'a\u2028b\u2029c', 'abc'],
    ['a mark of Arabic letters', 'a\u061cb', 'ab'],
    ['letters that nobody sees', 'ma\u200bi\u2060n\ufeff\u00ad', 'main'],
  ])('loses %s', (_, text, left) => {
    expect(clean(text)).toBe(left);
  });

  it('keeps tabs, wide letters, letters of other directions, and emoji with their joiners', () => {
    for (const text of ['a\tb', '機能', 'ענף', '👩‍👩‍👧', 'é']) expect(clean(text)).toBe(text);
  });

  it('has no control character left, whatever it was', () => {
    const hostile = fc.string({
      unit: fc.constantFrom(
        '\u001b',
        '[',
        ']',
        '3',
        '1',
        'm',
        ';',
        '\u0007',
        '\u009b',
        '\u009c',
        '\\',
        'P',
        'a',
        '\u202e',
      ),
    });
    fc.assert(
      fc.property(fc.oneof(hostile, fc.string({ unit: 'binary' })), (text) => {
        expect(clean(text)).not.toMatch(/[^\P{Cc}\t]|[\u202a-\u202e\u2066-\u2069]/u);
        expect(clean(clean(text))).toBe(clean(text));
      }),
    );
  });
});

test('a text is cut to its columns, a wide letter as a whole', () => {
  expect(shorten('abcdef', 4)).toBe('abc…');
  expect(shorten('機能検索', 5)).toBe('機能…');
  expect(shorten('abc', 3)).toBe('abc');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, columns) => {
      expect(width(shorten(clean(text), columns))).toBeLessThanOrEqual(columns);
    }),
  );
});

test('a text is filled by columns, not by letters', () => {
  expect(pad('機', 4)).toBe('機  ');
  expect(pad(isolate('ענף'), 5)).toBe('\u2068ענף\u2069  ');
});

describe('wrapping', () => {
  it('breaks at spaces, and inside of words that are too long', () => {
    expect(wrap('a quick brown fox', 8, width)).toEqual(['a quick', 'brown', 'fox']);
    expect(wrap('abcdefghij', 4, width)).toEqual(['abcd', 'efgh', 'ij']);
    expect(wrap('', 10, width)).toEqual(['']);
  });

  it('is never wider, and loses no letter', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 10, max: 80 }), (text, columns) => {
        const lines = wrap(clean(text), columns, width);
        for (const line of lines) expect(width(line)).toBeLessThanOrEqual(columns);
        expect(lines.join('').replaceAll(/\s/g, '')).toBe(clean(text).replaceAll(/\s/g, ''));
      }),
    );
  });
});

describe('JSON that a terminal may show', () => {
  it('has escapes for what a terminal would follow, and the same values', () => {
    const value = { branch: 'a\u009b2J\u202eb\u0085\u001b[1m', 機能: ['é'] };
    for (const text of [harmlessJson(value), harmlessJson(value, 2)]) {
      expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
      expect(JSON.parse(text)).toEqual(value);
    }
    expect(harmlessJson(value)).toContain('機能');
  });
});
