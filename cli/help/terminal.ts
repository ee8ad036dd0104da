import type { Screen } from '../kit/screen.ts';
import { wrap } from '../kit/wrap.ts';
import type { Block, Page, Term } from './page.ts';

const INDENT = 2;
const GAP = 2;
/** A text this narrow beside its term is hard to read: it goes below it. */
const LEAST = 28;
/** Lines longer than this are hard to read, however wide the terminal. */
const WIDEST = 100;

export interface Look {
  readonly columns: number;
  readonly paint: Pick<Screen['paint'], 'bold' | 'cyan' | 'dim'>;
}

/** A page of help as a terminal shows it: the sections of a man page, no line wider than the terminal but code. */
export function pageText({ name, summary, sections }: Page, look: Look): string {
  const shown = { ...look, columns: Math.min(look.columns, WIDEST) };
  const all = [
    { title: 'Name', blocks: [{ kind: 'text', text: `${name} - ${summary}` } as const] },
    ...sections,
  ];
  return all
    .map(({ title, blocks }) =>
      [look.paint.bold(title.toUpperCase()), ...blocks.map((block) => blockText(block, shown))].join('\n'),
    )
    .join('\n\n')
    .concat('\n');
}

function blockText(block: Block, look: Look): string {
  switch (block.kind) {
    case 'text':
      return indented(block.text, INDENT, look.columns);
    case 'code':
      return block.lines.map((line) => ' '.repeat(INDENT) + line).join('\n');
    case 'examples':
      return block.examples
        .map(
          ({ term, text }) =>
            `${' '.repeat(INDENT)}${look.paint.cyan(term)}\n${indented(text, 3 * INDENT, look.columns)}`,
        )
        .join('\n');
    case 'terms':
      return termsText(block.terms, look);
  }
}

function termsText(terms: readonly Term[], { columns, paint }: Look): string {
  const widest = Math.max(...terms.map(({ term }) => term.length));
  const start = INDENT + widest + GAP;
  const stacked = columns - start < LEAST;
  return terms
    .map(({ term, text }) => {
      if (stacked) {
        const names = wrap(term, columns - INDENT, lengthOf).map(
          (line) => ' '.repeat(INDENT) + paint.cyan(line),
        );
        return [...names, indented(text, 3 * INDENT, columns)].join('\n');
      }
      const [first = '', ...rest] = wrap(plain(text), columns - start, lengthOf);
      const line = `${' '.repeat(INDENT)}${paint.cyan(term.padEnd(widest))}${' '.repeat(GAP)}${first}`;
      return [line.trimEnd(), ...rest.map((one) => ' '.repeat(start) + one)].join('\n');
    })
    .join('\n');
}

/** A text, wrapped, with an empty line where it has one. */
function indented(text: string, by: number, columns: number): string {
  return text
    .split('\n\n')
    .map((paragraph) =>
      wrap(plain(paragraph), columns - by, lengthOf)
        .map((line) => ' '.repeat(by) + line)
        .join('\n'),
    )
    .join('\n\n');
}

/** Without the backticks: a terminal has no other letters for what is typed. */
const plain = (text: string): string => text.replaceAll('`', '');

/** Help is in our own words, none of which has wide letters: so that no tables of letters are loaded for it. */
const lengthOf = (text: string): number => text.length;
