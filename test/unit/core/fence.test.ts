import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, fenced, plainLine } from '#core/fence.ts';

/** What CommonMark takes as the end of a block that a line of `opening` ticks began. */
const closes = (line: string, opening: number): boolean => {
  const match = /^ {0,3}(`+)[ \t]*$/.exec(line);
  return match !== null && (match[1]?.length ?? 0) >= opening;
};

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '```',
    '~~~',
    '   ````   ',
    '`````',
    '</pre>',
    '@everyone',
    '\u001b[2K\r```',
    '``\u0000`',
    '`\n```',
  ),
  fc
    .array(fc.constantFrom('`', ' ', '\u001b[0m', '\n', 'x', '\u202e'), { maxLength: 30 })
    .map((all) => all.join('')),
);

describe('fenced', () => {
  it('is one block that no line closes, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 12 }), (lines) => {
        const all = fenced(lines).split('\n');
        const opening = /^(`{3,})text$/.exec(all[0] ?? '')?.[1]?.length ?? 0;
        expect(opening).toBeGreaterThan(2);
        const end = all.findIndex((line, index) => index > 0 && closes(line, opening));
        expect(end).toBe(all.length - 1);
        expect(all).toHaveLength(lines.length + 2);
      }),
      { numRuns: 2_000 },
    );
  });

  it('has three ticks where nothing needs more', () => {
    expect(fenced(['npm ci', 'it ``broke``'])).toBe('```text\nnpm ci\nit ``broke``\n```');
    expect(fenced(['````'])).toBe('`````text\n````\n`````');
  });
});

describe('plainLine', () => {
  it.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]8;;https://example.com\u0007link\u001b]8;;\u0007', 'link'],
    ['\u001b]0;a title\u001b\\shown', 'shown'],
    ['10%\r100%', '10%100%'],
    ['a\tb', 'a\tb'],
    ['\u202eevil\u202c', 'evil'],
    ['half \ud800 pair', 'half \ufffd pair'],
  ])('%j is %j', (text, plain) => {
    expect(plainLine(text)).toBe(plain);
  });
});

describe('cut', () => {
  it('leaves what fits, and cuts no pair in half', () => {
    expect(cut('abc', 3)).toBe('abc');
    expect(cut('abcd', 3)).toBe('ab…');
    expect(cut('a😀😀', 3)).toBe('a…');
  });
});
