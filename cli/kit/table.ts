import { clean, isolate, pad, shorten, width } from './text.ts';

/** A column of a table. */
export interface Column {
  readonly title: string;
  /** Takes less than it wants where the terminal is narrow; others are shown whole. */
  readonly flexible?: boolean;
  /** How its cells are shown, once they are cut to their width. */
  readonly paint?: (text: string) => string;
}

const GAP = 2;
/** What a flexible column keeps, however narrow the terminal. */
const LEAST = 8;

/**
 * Rows as lines: for a terminal aligned below a head and cut to its width, for a pipe with tabs between the cells,
 * each whole, and without a head. Cells are what people and servers wrote, and are made harmless here.
 * @param columns of the terminal; null: no terminal.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  terminal: { readonly columns: number; readonly dim: (text: string) => string } | null,
): string[] {
  const cells = rows.map((row) => row.map((cell) => clean(cell).replaceAll('\t', ' ')));
  if (terminal === null) return cells.map((row) => row.join('\t'));
  const shown = cells.map((row) => row.map(isolate));
  const wanted = columns.map(({ title }, at) =>
    Math.max(width(title), ...shown.map((row) => width(row[at] ?? ''))),
  );
  const widths = share(columns, wanted, terminal.columns);
  const line = (row: readonly string[], paint: (text: string, at: number) => string) =>
    row
      .map((cell, at) =>
        paint(pad(shorten(cell, widths[at] ?? 0), at === row.length - 1 ? 0 : (widths[at] ?? 0)), at),
      )
      .join(' '.repeat(GAP))
      .trimEnd();
  const head = columns.map(({ title }) => title.toUpperCase());
  return [
    line(head, terminal.dim),
    ...shown.map((row) => line(row, (text, at) => columns[at]?.paint?.(text) ?? text)),
  ];
}

/** Takes from the flexible columns, from the widest first, until all fit. */
function share(columns: readonly Column[], wanted: readonly number[], total: number): number[] {
  const widths = [...wanted];
  let over = widths.reduce((sum, one) => sum + one, GAP * (columns.length - 1)) - total;
  while (over > 0) {
    const flexible = columns.map((column, at) => (column.flexible ? (widths[at] ?? 0) : 0));
    const widest = Math.max(...flexible);
    if (widest <= LEAST) break;
    const at = flexible.indexOf(widest);
    widths[at] = widest - 1;
    over -= 1;
  }
  return widths;
}
