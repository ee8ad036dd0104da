import truncate from 'cli-truncate';
import { width } from './text.ts';

/** The text in at most so many columns, its end replaced by an ellipsis where it does not fit. */
export function shorten(text: string, columns: number): string {
  // A wide letter in the last column may be taken along by the library: then one column less.
  for (let room = columns; room >= 1; room -= 1) {
    const cut = truncate(text, room);
    if (width(cut) <= columns) return cut;
  }
  return '';
}
