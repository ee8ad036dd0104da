import type { Screen } from './screen.ts';
import { clean } from './text.ts';

/** Something that was done, of which the API answers nothing: what it was done to, and what, in the past tense. */
export type Done = Readonly<Record<string, string>> & { readonly done: string };

/** Says that something was done: to programs as a small object on a line, to people in a line of words. */
export function done(screen: Screen, what: Done, text: string): void {
  if (screen.json) screen.record(what);
  else screen.line(clean(text));
}
