import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { table } from '#cli/kit/table.ts';
import { clean, width } from '#cli/kit/text.ts';

const COLUMNS = [{ title: 'id' }, { title: 'branch', flexible: true }, { title: 'status' }];
const terminal = (columns: number) => ({ columns, dim: (text: string) => text });

describe('a table', () => {
  test('is aligned in a terminal, wide letters taking two columns', () => {
    const rows = [
      ['b-1', 'main', 'failed'],
      ['b-2', '機能/検索', 'queued'],
    ];
    expect(table(COLUMNS, rows, terminal(80))).toEqual([
      'ID   BRANCH     STATUS',
      'b-1  main       failed',
      'b-2  機能/検索  queued',
    ]);
  });

  test.each([22, 24, 40])('fits a terminal of %i columns', (columns) => {
    const rows = [['b-1', '機能/とても長いブランチの名前', 'failed']];
    for (const line of table(COLUMNS, rows, terminal(columns)))
      expect(width(line)).toBeLessThanOrEqual(columns);
  });

  test('keeps right-to-left names to their own place', () => {
    const [, row] = table(COLUMNS, [['b-1', 'ענף', 'failed']], terminal(80));
    expect(row).toContain('\u2068ענף\u2069');
  });

  test('has tabs and no head in a pipe, and nothing is cut or isolated', () => {
    const long = 'x'.repeat(300);
    expect(table(COLUMNS, [['b-1', `${long}ענף`, 'failed']], null)).toEqual([`b-1\t${long}ענף\tfailed`]);
  });

  test.each(['\u001b[2J', '\u001b]0;title\u0007', '\r', '\n', '\t', '\u009b31m', '\u202e'])(
    'shows nothing of %j',
    (harm) => {
      const [, shown = ''] = table(COLUMNS, [['b-1', `ma${harm}in`, 'failed']], terminal(80));
      expect(shown).not.toContain(harm);
    },
  );

  test('has lines for each cell where the terminal is too narrow for the columns', () => {
    const rows = [
      ['b-1', 'main', 'failed'],
      ['b-2', 'a-long-name-of-a-branch', ''],
    ];
    expect(table(COLUMNS, rows, terminal(16))).toEqual([
      'id: b-1',
      'branch: main',
      'status: failed',
      '',
      'id: b-2',
      'branch:',
      '  a-long-name-of',
      '  -a-branch',
    ]);
  });

  const cell = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: fc.constantFrom('a', ' ', '機', 'é', '👩‍👩‍👧', 'ע', '\u0301'), maxLength: 60 }),
  );
  const rows = fc.array(fc.tuple(cell, cell, cell), { maxLength: 5 });

  test('is never wider than the terminal, whatever is in it', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 10, max: 200 }), (rows, columns) => {
        for (const line of table(COLUMNS, rows, terminal(columns)))
          expect(width(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });

  test('loses nothing where each cell has lines of its own', () => {
    const letters = (text: string) => clean(text).replaceAll(/\s/g, '');
    fc.assert(
      fc.property(rows, fc.integer({ min: 10, max: 19 }), (rows, columns) => {
        const shown = letters(table(COLUMNS, rows, terminal(columns)).join(''));
        let from = 0;
        for (const one of rows.flat().map(letters)) {
          const at = shown.indexOf(one, from);
          expect(at).toBeGreaterThanOrEqual(from);
          from = at + one.length;
        }
      }),
    );
  });
});
