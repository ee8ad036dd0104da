import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError } from '@commander-js/extra-typings';
import { expect, it } from 'vitest';
import { ROOT } from '#local/root.ts';
import { commandsIn, dryParse } from '#test/support/cli/dry-parse.ts';

const PAGES = ['README.md', 'CONTRIBUTING.md', 'cli/README.md', 'docs/*.md', 'cli/templates/*/README.md'];

/** Without a prompt, what a git server puts before its words, and npx. */
const typed = (line: string): string => line.trim().replace(/^(?:\$ |remote: +)?(?:npx )?(?=bitflow\b)/, '');

/** A form of a command, as usages have it, is none that could be typed. */
const isForm = (line: string): boolean => /\[options\]|<command>|\[PATH\]/.test(line);

const found = globSync(PAGES, { cwd: ROOT }).flatMap((page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const blocks = [...text.matchAll(/^```.*\n([\s\S]*?)^```/gm)].flatMap(([, code = '']) => code.split('\n'));
  const prose = [...text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(
    ([, code = '']) => code,
  );
  const told = (lines: readonly string[], isWhole: boolean) =>
    lines
      .map(typed)
      .filter((line) => !isForm(line))
      .flatMap((line) => commandsIn(line))
      .map((words) => ({
        page,
        words: words.filter((word) => word !== '…'),
        isWhole,
        text: words.join(' '),
      }));
  return [...told(blocks, true), ...told(prose, false)];
});

/** Why what prose names may stop short of a command that could be typed: it names it, and not what it is of. */
const NAMED = new Set([
  'commander.missingArgument',
  'commander.missingMandatoryOptionValue',
  'commander.help',
]);

it('commands are found in the pages', () => {
  expect(found.filter(({ isWhole }) => isWhole).length).toBeGreaterThan(50);
});

it.each(found)('$page has a command that there is: bitflow $text', async ({ words, isWhole }) => {
  const refused = await dryParse(words).then(
    () => null,
    (error: unknown) => error,
  );
  if (refused instanceof CommanderError && (refused.exitCode === 0 || (!isWhole && NAMED.has(refused.code))))
    return;
  expect(refused).toBeNull();
});
