/** How many columns a text takes (`width` of text.ts); for our own words, which have no wide letters, their length. */
export type Measure = (text: string) => number;

/** A text as lines of at most so many columns, broken at spaces; a longer word is cut, and nothing is lost. */
export function wrap(text: string, columns: number, width: Measure): string[] {
  const room = Math.max(2, columns); // a wide letter takes two
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).flatMap((one) => pieces(one, room, width))) {
    if (line === '') line = word;
    else if (width(line) + 1 + width(word) <= room) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

/** A word in pieces that fit. */
function pieces(word: string, room: number, width: Measure): string[] {
  if (width(word) <= room) return word === '' ? [] : [word];
  const all: string[] = [];
  const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  let piece = '';
  for (const { segment } of letters.segment(word)) {
    if (piece !== '' && width(piece + segment) > room) {
      all.push(piece);
      piece = '';
    }
    piece += segment;
  }
  return [...all, piece];
}
