import type { Screen } from './screen.ts';
import { clean, isolate, pad, width } from './text.ts';

/** What there is to say of a thing, in order; a line without a value is left out. */
export type Details = readonly (readonly [name: string, value: string | null | undefined])[];

/** A thing of the API's: for programs as it came, for people a line for each detail; in a pipe with a tab between. */
export function details(screen: Screen, raw: unknown, all: Details): void {
  if (screen.json) {
    screen.value(raw);
    return;
  }
  const known = all.filter((one): one is readonly [string, string] => typeof one[1] === 'string');
  const widest = Math.max(...known.map(([name]) => width(name)));
  for (const [name, value] of known)
    screen.line(
      screen.isTerminal
        ? `${screen.paint.dim(pad(name, widest))}  ${isolate(clean(value))}`
        : `${name}\t${clean(value)}`,
    );
}
