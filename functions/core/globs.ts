/**
 * Patterns of names and paths. `*` stands for any characters but `/`, `?` for one, `**` for any at all; `**` and a
 * `/` after it, at the start of a part, also for nothing: `docs/**`, `**\/Dockerfile`. Everything else stands for
 * itself, in its case. Patterns and names are strangers': they are matched in steps of one character over the
 * positions of the pattern that are still possible, so none takes more steps than the product of both lengths.
 */

/** One piece of a pattern. `parts`: any number of whole parts with the `/` after each, or none. */
type Piece =
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'one' | 'any' | 'all' | 'parts' };

/** How many steps may still be taken, for all that is matched together; below 0, what a matching said is worth nothing. */
export interface Steps {
  left: number;
}

const CHARS: Readonly<Record<string, Piece>> = { '?': { kind: 'one' }, '*': { kind: 'any' } };

/**
 * Whether a list of patterns takes a name in. The last pattern that matches decides; one that begins with `!` takes
 * away. A list that begins with such a one begins with everything.
 */
export function matchesGlobs(globs: readonly string[], name: string): boolean {
  return globMatcher(globs)(name, { left: Number.POSITIVE_INFINITY });
}

/** The same for many names, with a limit to the steps that they take together. */
export function globMatcher(globs: readonly string[]): (name: string, steps: Steps) => boolean {
  const patterns = globs.map((glob) => {
    const takesAway = glob.startsWith('!');
    return { takesAway, pieces: piecesOf(takesAway ? glob.slice(1) : glob) };
  });
  return (name, steps) => {
    const chars = [...name];
    let taken = patterns[0]?.takesAway ?? false;
    for (const { takesAway, pieces } of patterns) {
      if (taken !== takesAway) continue; // it would change nothing
      if (matches(pieces, chars, steps)) taken = !takesAway;
    }
    return taken;
  };
}

function piecesOf(glob: string): Piece[] {
  const pieces: Piece[] = [];
  const chars = [...glob];
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] ?? '';
    if (char !== '*' || chars[at + 1] !== '*') {
      pieces.push(CHARS[char] ?? { kind: 'char', char });
      continue;
    }
    const begins = at === 0 || chars[at - 1] === '/';
    while (chars[at + 1] === '*') at++;
    const whole = begins && chars[at + 1] === '/';
    if (whole) at++;
    pieces.push({ kind: whole ? 'parts' : 'all' });
  }
  return pieces;
}

/** Steps through the name with all positions in the pattern that are possible: in order, each once. */
function matches(pieces: readonly Piece[], chars: readonly string[], steps: Steps): boolean {
  let places = new Set(reachable(pieces, [0]));
  for (const char of chars) {
    steps.left -= places.size + 1;
    if (places.size === 0 || steps.left < 0) return false;
    const next: number[] = [];
    for (const place of places) {
      const piece = pieces[place];
      if (piece === undefined) continue;
      if (piece.kind === 'char') {
        if (piece.char === char) next.push(place + 1);
      } else if (piece.kind === 'one') {
        if (char !== '/') next.push(place + 1);
      } else if (piece.kind === 'all' || piece.kind === 'parts' || char !== '/') next.push(place);
    }
    places = new Set(reachable(pieces, next, char === '/'));
  }
  return places.has(pieces.length);
}

/** The places that are reached without another character. @param begins whether a part of the name begins here. */
function reachable(pieces: readonly Piece[], places: readonly number[], begins = true): number[] {
  const found: number[] = [];
  for (const place of places) {
    found.push(place);
    for (let at = place; ; at++) {
      const kind = pieces[at]?.kind;
      if (kind !== 'any' && kind !== 'all' && !(kind === 'parts' && begins)) break;
      found.push(at + 1);
    }
  }
  return found;
}
