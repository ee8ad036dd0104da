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

/**
 * Control characters (Unicode's category Cc) but the tab, line separators, the marks that change the direction of
 * writing (Bidi_Control), and letters without width that join nothing: two names would look the same.
 */
const HARMFUL = /[^\P{Cc}\t]|[\u2028-\u202e\u2066-\u2069\u200e\u200f\u061c\u200b\u2060-\u2064\ufeff\u00ad]/gu;

/**
 * A value as JSON that a terminal may show: what terminals take for more than text stands there as its escape, which
 * is the same to whoever reads JSON.
 */
export function harmlessJson(value: unknown, indent = 0): string {
  return JSON.stringify(value, null, indent).replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, escaped);
}

const escaped = (letter: string): string => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Lines of ours as a terminal may have them: with our colours, and no other sequence that something from elsewhere
 * brought in. The last guard: what is from elsewhere is cleaned where it is put into a line, for it may have colours
 * and line ends too.
 */
export function harmlessLines(text: string): string {
  return text.replace(NOT_OURS, '');
}

const ESC = '\u001b';
/** Escapes but those of colours, other control characters but tabs and line ends, and what turns text round. */
const NOT_OURS = new RegExp(
  `${ESC}(?!\\[\\d{1,2}m)|[^\\P{Cc}\\t\\n${ESC}]|[\u202a-\u202e\u200e\u200f]`,
  'gu',
);

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
