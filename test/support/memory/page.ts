import { cursorAfter, type Place, parseCursor } from '#core/page.ts';
import type { Page, PageRequest } from '#core/ports.ts';

/** A page of these items, newest first, then by id. */
export function newestFirst<T>(
  items: readonly T[],
  placeOf: (item: T) => Place,
  { limit, after }: PageRequest,
): Page<T> {
  const newest = items.toSorted((a, b) => (isBefore(placeOf(a), placeOf(b)) ? 1 : -1));
  const cursor = after === null ? null : parseCursor(after);
  const rest = cursor === null ? newest : newest.filter((item) => isBefore(placeOf(item), cursor));
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return { items: page, next: rest.length > limit && last ? cursorAfter(placeOf(last)) : null };
}

const isBefore = (a: Place, b: Place): boolean => a.at < b.at || (a.at === b.at && a.id < b.id);
