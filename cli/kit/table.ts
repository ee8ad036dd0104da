import { shorten } from './shorten.ts';
import { clean, isolate, pad, width } from './text.ts';
import { wrap } from './wrap.ts';

/** A column of a table. */
export interface Column {
  readonly title: string;
  /** Takes less than it wants where the terminal is narrow; others are shown whole. */
  readonly flexible?: boolean;
  /** How its cells are shown, once they are cut to their width. */
  readonly paint?: (text: string) => string;
}

export interface TableTerminal {
  readonly columns: number;
  readonly dim: (text: string) => string;
}

type Rows = readonly (readonly string[])[];

const GAP = 2;
/** What a flexible column keeps, however narrow the terminal. */
const LEAST = 8;

/**
 * Rows as lines: for a terminal aligned below a head and cut to its width, for a pipe with tabs between the cells,
 * each whole, and without a head. In a terminal that is too narrow for the columns each cell has lines of its own.
 * Cells are what people and servers wrote, and are made harmless here.
 * @param terminal null: no terminal.
 */
export function table(columns: readonly Column[], rows: Rows, terminal: TableTerminal | null): string[] {
  const cells = rows.map((row) => row.map((cell) => clean(cell).replaceAll('\t', ' ')));
  if (terminal === null) return cells.map((row) => row.join('\t'));
  const wanted = columns.map(({ title }, at) =>
    Math.max(width(title), ...cells.map((row) => width(row[at] ?? ''))),
  );
  const widths = share(columns, wanted, terminal.columns);
  return widths === null ? stacked(columns, cells, terminal) : aligned(columns, cells, widths, terminal);
}

function aligned(
  columns: readonly Column[],
  rows: Rows,
  widths: readonly number[],
  { dim }: TableTerminal,
): string[] {
  const line = (row: readonly string[], paint: (text: string, at: number) => string) =>
    row
      .map((cell, at) => {
        const room = widths[at] ?? 0;
        return paint(pad(isolate(shorten(cell, room)), at === row.length - 1 ? 0 : room), at);
      })
      .join(' '.repeat(GAP))
      .trimEnd();
  const head = columns.map(({ title }) => title.toUpperCase());
  return [line(head, dim), ...rows.map((row) => line(row, (text, at) => columns[at]?.paint?.(text) ?? text))];
}

/** Each cell below the title of its column, whole, in as many lines as it takes; an empty line between the rows. */
function stacked(columns: readonly Column[], rows: Rows, terminal: TableTerminal): string[] {
  return rows.flatMap((row, at) => [
    ...(at === 0 ? [] : ['']),
    ...columns.flatMap(({ title, paint = (text) => text }, column) => {
      const cell = row[column] ?? '';
      const label = `${title}:`;
      const one = width(label) + 1 + width(cell) <= terminal.columns;
      if (cell === '') return [];
      if (one) return [`${terminal.dim(label)} ${paint(isolate(cell))}`];
      const lines = wrap(cell, terminal.columns - GAP, width).map(
        (part) => ' '.repeat(GAP) + paint(isolate(part)),
      );
      return [...wrap(label, terminal.columns, width).map(terminal.dim), ...lines];
    }),
  ]);
}

/** Takes from the flexible columns, from the widest first, until all fit. Null: they do not. */
function share(columns: readonly Column[], wanted: readonly number[], total: number): number[] | null {
  const widths = [...wanted];
  let over = widths.reduce((sum, one) => sum + one, GAP * (columns.length - 1)) - total;
  while (over > 0) {
    const flexible = columns.map((column, at) => (column.flexible ? (widths[at] ?? 0) : 0));
    const widest = Math.max(...flexible);
    if (widest <= LEAST) return null;
    widths[flexible.indexOf(widest)] = widest - 1;
    over -= 1;
  }
  return widths;
}
