import { expect, it } from 'vitest';
import { commandPage, leavesOf } from '#cli/help/command-page.ts';
import type { Page } from '#cli/help/page.ts';
import { TOPICS } from '#cli/help/topics.ts';
import { makeProgram } from '#cli/program.ts';
import { ROOT } from '#local/root.ts';
import { sectionOf } from './markdown.ts';

const HEAD = `# The \`bitflow\` command

Everything that the service does, from a terminal and in CI jobs. Written by \`npm run docs:cli\`, from what \`bitflow help\` says; whoever is new begins at [getting-started](#getting-started).`;

async function cliDocs(): Promise<string> {
  const program = makeProgram(async () => undefined, '0.0.0');
  const topics = TOPICS.map(async ({ name, summary, sections }) =>
    sectionOf({ name, summary, sections: await sections(program) }, 3),
  );
  const commands = leavesOf(program).map(commandPage).map(withoutGlobals);
  const parts = [
    HEAD,
    sectionOf(commandPage(program), 2),
    '## Topics',
    ...(await Promise.all(topics)),
    '## Commands',
    commands.map(({ name, summary }) => `- [\`${name}\`](#${anchorOf(name)}): ${summary}`).join('\n'),
    ...commands.map((page) => sectionOf(page, 3)),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** That all commands take them need not be said of each. */
const withoutGlobals = (page: Page): Page => ({
  ...page,
  sections: page.sections.filter(({ title }) => title !== 'Global options'),
});

/** As git hosts make it of a heading. */
const anchorOf = (heading: string) => heading.replaceAll(' ', '-');

it('docs/cli.md is what `bitflow help` says (`npm run docs:cli` writes it)', async () => {
  await expect(await cliDocs()).toMatchFileSnapshot(`${ROOT}/docs/cli.md`);
});
