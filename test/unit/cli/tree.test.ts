import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { describe, expect, it, test } from 'vitest';
import { kindOfArgument } from '#cli/completion/kinds.ts';
import { commandPage, leavesOf, pathOf } from '#cli/help/command-page.ts';
import { pageText } from '#cli/help/terminal.ts';
import { TOPICS } from '#cli/help/topics.ts';
import { examplesOf, notesOf } from '#cli/kit/command.ts';
import { paintFor } from '#cli/kit/paint.ts';
import { width } from '#cli/kit/text.ts';
import { makeProgram } from '#cli/program.ts';
import { commandsIn, dryParse } from '#test/support/cli/dry-parse.ts';

/** What holds for every command, whoever wrote it. */
const program = makeProgram(async () => undefined, '0.0.0');
const named = (command: CommandUnknownOpts) => ({ name: pathOf(command), command });
const leaves = leavesOf(program).map(named);
const all = [...everyOf(program)].map(named);
const paths = new Set(all.map(({ name }) => name));
const globals = program.options.flatMap(({ short, long }) => [short, long, '-h', '--help']);

function* everyOf(command: CommandUnknownOpts): Generator<CommandUnknownOpts> {
  yield command;
  for (const one of command.createHelp().visibleCommands(command)) yield* everyOf(one);
}

describe.each(leaves)('$name', ({ name, command }) => {
  const examples = examplesOf(command);

  it('has an example', () => expect(examples).not.toEqual([]));

  it.each(examples)('takes the example: $use', async ({ use }) => {
    const started = [];
    for (const words of commandsIn(use)) started.push(pathOf(await dryParse(words)));
    expect(started).toContain(name);
  });

  it.each(examples)('says of the example what it does, in a few words: $does', ({ does }) => {
    expect(does).toMatch(/^[^A-Z].*[^.]$|^[A-Z][A-Z].*[^.]$/);
  });

  it('has options that nobody mistakes for those of all commands', () => {
    const own = command.options.flatMap(({ short, long }) => [short, long]);
    expect(own.filter((flag) => flag !== undefined && globals.includes(flag))).toEqual([]);
  });

  it.each(command.registeredArguments.map((one) => ({ argument: one, called: one.name() })))(
    'says what <$called> is, also to the shell that completes it',
    ({ argument }) => {
      expect(argument.description).not.toBe('');
      const says = argument.argChoices ?? kindOfArgument(command, argument);
      expect(
        says,
        `${name} <${argument.name()}>: choices, or a line in cli/completion/kinds.ts`,
      ).toBeDefined();
    },
  );

  it.each(command.options.filter(({ hidden }) => !hidden))('says what $long is', ({ description }) => {
    expect(description).toMatch(/^[^A-Z].*[^.]$|^[A-Z][A-Z].*[^.]$/);
  });

  it.each([...(notesOf(command).see ?? [])])('refers to what there is: %s', (reference) => {
    expect(paths.has(`bitflow ${reference}`) || TOPICS.some((topic) => topic.name === reference)).toBe(true);
  });
});

test('a group has an example of each of its commands', () => {
  const groups = all
    .map(({ command }) => command)
    .filter((one) => one.commands.length > 0 && one !== program);
  expect(groups).not.toEqual([]);
  for (const one of groups) {
    const text = pageText(commandPage(one), { columns: 200, paint: paintFor(false) });
    for (const leaf of leavesOf(one)) expect(text).toContain(examplesOf(leaf)[0]?.use);
  }
});

test.each(all)('$name is summed up as the others are', ({ command }) => {
  const summary = command.summary();
  if (command !== program) expect(summary).toMatch(/^[A-Z][a-z]+\b.*[^.]$/);
  expect(summary.length).toBeLessThanOrEqual(64);
  if (command.description() !== summary) expect(command.description()).toMatch(/[.`]$/);
});

describe.each([20, 40, 60, 80, 200])('in a terminal of %i columns', (columns) => {
  test.each(all)('the help of $name is no wider, but what is to be typed', ({ command }) => {
    const page = commandPage(command);
    const typed = page.sections.flatMap(({ blocks }) =>
      blocks.flatMap((block) =>
        block.kind === 'code'
          ? block.lines
          : block.kind === 'examples'
            ? block.examples.map(({ term }) => term)
            : [],
      ),
    );
    const lines = pageText(page, { columns, paint: paintFor(false) }).split('\n');
    const wide = lines.filter((line) => width(line) > columns && !typed.includes(line.trim()));
    expect(wide).toEqual([]);
  });
});

test('every command stands under a heading of its own kind', () => {
  const without = program.commands.filter((one) => one.helpGroup() === '' && !one.name().startsWith('__'));
  expect(without.map(pathOf)).toEqual([]);
});
