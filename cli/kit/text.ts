import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';

/**
 * Text from elsewhere (branch names, log lines, a server's words) as it may stand in a terminal: without escape
 * sequences and control characters, which could move the cursor, retitle the window or hide what was said. Tabs
 * stay. Bidirectional overrides and isolates go too: they could make one name look like another.
 */
export function clean(text: string): string {
  return stripVTControlCharacters(text).replace(HARMFUL, '');
}

/** Control characters (Unicode's category Cc) but the tab, and the marks that change the direction of writing. */
const HARMFUL = /[^\P{Cc}\t]|[\u202a-\u202e\u2066-\u2069\u200e\u200f]/gu;

/** Letters that are written from right to left: Hebrew, Arabic and their kin (Unicode's blocks of them). */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Text that is written from right to left, kept to its own place in a line (UAX 9: isolates, which have no width). */
export function isolate(text: string): string {
  return RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text;
}

/** How many columns of a terminal a text takes: wide characters take two, escape sequences and isolates none. */
export function width(text: string): number {
  return stringWidth(text);
}

/** The text, filled with spaces to so many columns. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)));
}
