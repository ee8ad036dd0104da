import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formField } from '#adapters/git-hosts/form.ts';

describe('formField', () => {
  it('is what URLSearchParams finds', () => {
    const text = fc.string({ unit: 'grapheme' });
    const form = fc.array(fc.tuple(fc.constantFrom('payload', 'a', 'xpayload', 'payload2'), text));
    fc.assert(
      fc.property(form, (fields) => {
        const written = new URLSearchParams(fields).toString();
        expect(formField(written, 'payload')).toBe(new URLSearchParams(written).get('payload'));
      }),
    );
  });

  // only what is ASCII: Node's URLSearchParams is wrong where escapes stand beside other characters
  it('is so of what nobody would write', () => {
    const piece = fc.constantFrom(
      'payload=',
      '&',
      '%',
      '%2',
      '%2B',
      '%zz',
      '+',
      '=',
      'x',

      '%C3',
      '%A9',
      '%ff',
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const written = pieces.join('');
        const found = new URLSearchParams(written).get('payload');
        expect(formField(written, 'payload')).toBe(found);
      }),
      { numRuns: 2000 },
    );
  });
});
