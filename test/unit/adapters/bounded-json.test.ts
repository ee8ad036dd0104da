import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundedJson, type JsonBounds } from '#adapters/git-hosts/bounded-json.ts';

const WIDE: JsonBounds = { depth: 100, items: 1000, members: 1000, string: 1_000_000, values: 1_000_000 };
const bounds = (given: Partial<JsonBounds>): JsonBounds => ({ ...WIDE, ...given });

/** What `JSON.parse` makes of a text, or that it takes it for none. */
function parsed(read: () => unknown): unknown {
  try {
    return { value: read() };
  } catch {
    return 'no JSON';
  }
}

describe('boundedJson, within the bounds', () => {
  it('is JSON.parse for every value, however it is written', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, ' ', '\n\t'), (value, space) => {
        const text = JSON.stringify(value, null, space);
        expect(boundedJson(text, WIDE)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('takes for JSON what JSON.parse takes for JSON, and nothing else', () => {
    const anything = fc
      .array(
        fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '\\', ' ', '1', '-0.5e3', 'null', '"a"', '"b":'),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(anything, (text) => {
        expect(parsed(() => boundedJson(text, WIDE))).toEqual(parsed(() => JSON.parse(text)));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    '',
    ' ',
    '{',
    '["a',
    '"\\"',
    '{"a"}',
    '{"a":}',
    '[1,]',
    '[1 2]',
    '{}{}',
    '{1:2}',
    'undefined',
    'NaN',
  ])('refuses %j as no JSON', (text) => {
    expect(() => boundedJson(text, WIDE)).toThrow(
      expect.objectContaining({ code: 'invalid_request', message: 'the body is not JSON' }),
    );
  });

  it('takes the last of two members of one name', () => {
    expect(boundedJson('{"a":1,"a":{"b":2}}')).toEqual({ a: { b: 2 } });
  });
});

describe('boundedJson, past the bounds', () => {
  it('makes what lies too deep null', () => {
    expect(boundedJson('{"a":{"b":{"c":[1]}},"d":[[2]]}', bounds({ depth: 2 }))).toEqual({
      a: { b: null },
      d: [null],
    });
  });

  it('keeps the first elements and members, and all that comes after their container', () => {
    expect(boundedJson('{"a":[1,[2],{"x":"]"},4],"b":2}', bounds({ items: 2 }))).toEqual({
      a: [1, [2]],
      b: 2,
    });
    expect(boundedJson('[{"a":1,"b":"}","c":3},2]', bounds({ members: 1 }))).toEqual([{ a: 1 }, 2]);
    expect(boundedJson('[ 1 , 2 ]', bounds({ items: 0 }))).toEqual([]);
  });

  it('cuts a string, in no escape and no pair', () => {
    const cut = (text: string, string: number) => boundedJson(text, bounds({ string }));
    expect(cut('["abcdef"]', 3)).toEqual(['abc']);
    expect(cut(String.raw`["ab\ncd"]`, 3)).toEqual(['ab']);
    expect(cut(String.raw`["ab\\cd"]`, 4)).toEqual(['ab\\']);
    expect(cut(String.raw`["a\u00e9b"]`, 5)).toEqual(['a']);
    expect(cut(String.raw`["a\\u00e9b"]`, 5)).toEqual(['a\\u0']);
    expect(cut('["a😀b"]', 2)).toEqual(['a']);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(20), (value, string) => {
        const [kept] = cut(JSON.stringify([value]), string) as [string];
        expect(value.startsWith(kept)).toBe(true);
      }),
    );
  });

  it('keeps the two outermost levels once there are too many values', () => {
    const many = { first: [[1], [2], [3]], repository: { name: 'shop', owner: { login: 'acme' } } };
    expect(boundedJson(JSON.stringify(many), bounds({ values: 4 }))).toEqual({
      first: [[1], null, null],
      repository: { name: 'shop', owner: null },
    });
  });

  it('is JSON whatever is left out, of any value', () => {
    const small = fc.record({
      depth: fc.nat(4),
      items: fc.nat(4),
      members: fc.nat(4),
      string: fc.nat(8),
      values: fc.nat(20),
    });
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), small, (value, given) => {
        expect(() => boundedJson(JSON.stringify(value), given)).not.toThrow();
      }),
    );
  });

  it.each([
    ['12 million nested arrays', '['.repeat(12_000_000) + ']'.repeat(12_000_000)],
    ['as many that nothing closes', '['.repeat(12_000_000)],
    ['4 million nested objects', `${'{"a":'.repeat(4_000_000)}1${'}'.repeat(4_000_000)}`],
    ['12 million quotes, each escaped', `{"a":"${'\\"'.repeat(12_000_000)}"}`],
    ['12 million backslashes', `{"a":"${'\\\\'.repeat(12_000_000)}"}`],
    ['a number of 25 million digits', `[${'1'.repeat(25_000_000)}]`],
  ])('takes no memory and no stack for %s', (_, text) => {
    const before = process.memoryUsage().heapUsed;
    expect(() => {
      const value = boundedJson(text);
      expect(JSON.stringify(value).length).toBeLessThan(70_000);
    }).not.toThrow(RangeError);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1024 * 1024);
  });
});
