import type { Screen } from './screen.ts';
import type { Column } from './table.ts';

/** A column of a list, and what it shows of an item. */
export interface Cell<Item> extends Column {
  readonly of: (item: Item) => string;
}

/** A list of the API's: for programs as it came, for people a row for each item. @param none said where it is empty. */
export function listing<Item>(
  screen: Screen,
  { items, raw, more = false }: { items: readonly Item[]; raw: unknown; more?: boolean },
  cells: readonly Cell<Item>[],
  none: string,
): void {
  if (screen.json) {
    screen.value(raw);
    return;
  }
  screen.rows(
    cells,
    items.map((item) => cells.map(({ of }) => of(item))),
    none,
  );
  if (more) screen.note('There are more: --limit says how many to show.');
}
