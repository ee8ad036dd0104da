import { width } from './text.ts';

/** A text as lines of at most so many columns, broken at spaces; a longer word is cut, and nothing is lost. */
export function wrap(text: string, columns: number): string[] {
  const room = Math.max(2, columns); // a wide letter takes two
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).flatMap((one) => pieces(one, room))) {
    if (line === '') line = word;
    else if (width(line) + 1 + width(word) <= room) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

const LETTERS = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** A word in pieces that fit. */
export function pieces(word: string, room: number): string[] {
  if (width(word) <= room) return word === '' ? [] : [word];
  const all: string[] = [];
  let piece = '';
  for (const { segment } of LETTERS.segment(word)) {
    if (piece !== '' && width(piece + segment) > room) {
      all.push(piece);
      piece = '';
    }
    piece += segment;
  }
  return [...all, piece];
}
