import type { Block, Page } from '#cli/help/page.ts';

/** A page of help as a section of docs/cli.md. */
export function sectionOf({ name, summary, sections }: Page, level: number): string {
  const parts = [
    `${'#'.repeat(level)} ${name}`,
    `${summary}.`,
    ...sections.flatMap(({ title, blocks }) => [`**${title}**`, ...blocks.map(blockOf)]),
  ];
  return parts.join('\n\n');
}

function blockOf(block: Block): string {
  switch (block.kind) {
    case 'text':
      return escaped(block.text);
    case 'code':
      return fenced(block.lines);
    case 'terms':
      return block.terms
        .map(
          ({ term, text }) =>
            `- \`${term}\`${text === '' ? '' : `: ${escaped(text).replaceAll('\n', '\n  ')}`}`,
        )
        .join('\n');
    case 'examples':
      return fenced(block.examples.flatMap(({ term, text }) => [`# ${text}`, term]));
  }
}

const fenced = (lines: readonly string[]) => ['```sh', ...lines, '```'].join('\n');

/** What Markdown would take for its own, but backticks, which mean the same in both. */
const escaped = (text: string) =>
  text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? part : part.replaceAll(/[<>*_[\]]/g, '\\$&')))
    .join('');
