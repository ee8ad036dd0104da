import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Matcher } from '#builder/matcher.ts';

const needle = (text: string) => ({ text, bytes: Buffer.from(text) });

/** Few different bytes, so that needles are often there, overlap, and begin alike. */
const word = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: min, maxLength: max });

describe('the matcher', () => {
  it('finds what a plain search finds, however the bytes are cut', () => {
    const cases = fc.tuple(fc.uniqueArray(word(2, 6), { minLength: 1, maxLength: 8 }), fc.array(word(0, 20)));
    fc.assert(
      fc.property(cases, ([needles, chunks]) => {
        const text = chunks.join('');
        const expected = needles.flatMap((each) =>
          [...text].flatMap((_, at) => (text.startsWith(each, at) ? [`${each}@${at}`] : [])),
        );
        const reader = new Matcher(needles.map(needle)).reader();
        const found = chunks.flatMap((chunk) => [...reader.next(Buffer.from(chunk))]);
        expect(found.map((match) => `${match.needle.text}@${match.at}`).sort()).toEqual(expected.sort());
      }),
      { numRuns: 2000 },
    );
  });

  it('finds nothing where nothing is looked for, and refuses needles that it could not find', () => {
    expect([...new Matcher([]).find(Buffer.from('anything'))]).toEqual([]);
    expect(() => new Matcher([needle('x')])).toThrow('2 bytes');
  });

  it('finds a needle that is longer than a step can be', () => {
    const long = needle('0123456789'.repeat(100));
    const found = [...new Matcher([long]).find(Buffer.from(`x${long.text}x`))];
    expect(found.map(({ at }) => at)).toEqual([1]);
  });
});
