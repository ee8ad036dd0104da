import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { type Example, examplesOf, notesOf } from '../kit/command.ts';
import { EXIT_MEANINGS } from '../kit/exit-codes.ts';
import { optionTerms } from './option-terms.ts';
import { type Block, type Page, type Section, type Term, terms, text } from './page.ts';
import { TOPICS } from './topics.ts';

/** The page of a command: what its declaration says. */
export function commandPage(of: CommandUnknownOpts): Page {
  const { exits = [], see = [] } = notesOf(of);
  const examples = examplesIn(of).map(({ use, does }) => ({ term: use, text: does }));
  const exitTerms = exits.map((code) => ({ term: String(code), text: EXIT_MEANINGS[code] }));
  const sections: Section[] = [
    section('Usage', [{ kind: 'code', lines: [usageOf(of)] }]),
    section('Description', of.description() === of.summary() ? [] : [text(of.description())]),
    section('Arguments', argumentsOf(of)),
    ...commandsOf(of),
    section('Options', of.parent === null ? [] : listed(optionTerms(of))),
    section('Examples', examples.length === 0 ? [] : [{ kind: 'examples', examples }]),
    section('Exit codes', listed(exitTerms)),
    section('See also', see.length === 0 ? [] : [text(see.map((one) => `\`${reference(one)}\``).join(', '))]),
    ...endOf(of),
  ];
  return {
    name: pathOf(of),
    summary: of.summary(),
    sections: sections.filter(({ blocks }) => blocks.length > 0),
  };
}

/** The examples of a command; of a group the first of each of its own. The whole has too many: its topics say how to begin. */
function examplesIn(of: CommandUnknownOpts): readonly Example[] {
  if (of.commands.length === 0 || of.parent === null) return examplesOf(of);
  return leavesOf(of).flatMap((one) => examplesOf(one).slice(0, 1));
}

/** The commands of a tree that do something, as opposed to their groups, but the hidden ones. */
export function leavesOf(of: CommandUnknownOpts): CommandUnknownOpts[] {
  const { commands } = of;
  if (commands.length === 0) return [of];
  return of.createHelp().visibleCommands(of).flatMap(leavesOf);
}

/** A command as it is typed: `bitflow builds list`. */
export function pathOf(of: CommandUnknownOpts): string {
  return of.parent === null ? of.name() : `${pathOf(of.parent)} ${of.name()}`;
}

function section(title: string, blocks: readonly Block[]): Section {
  return { title, blocks };
}

function usageOf(of: CommandUnknownOpts): string {
  const rest =
    of.commands.length > 0 && of.registeredArguments.length === 0 ? '<command> [options]' : of.usage();
  return `${pathOf(of)} ${rest}`;
}

function argumentsOf(of: CommandUnknownOpts): Block[] {
  const help = of.createHelp();
  const list = of.registeredArguments.map((one) => ({
    term: one.name(),
    text: help.argumentDescription(one),
  }));
  return listed(list);
}

function listed(list: readonly Term[]): Block[] {
  return list.length === 0 ? [] : [terms(list)];
}

/** The commands of a group, under their headings. */
function commandsOf(of: CommandUnknownOpts): Section[] {
  const help = of.createHelp();
  const headings = new Map<string, { term: string; text: string }[]>();
  for (const one of help.visibleCommands(of)) {
    const heading = one.helpGroup() || 'Commands';
    const list = headings.get(heading) ?? [];
    headings.set(heading, [...list, { term: one.name(), text: one.summary() }]);
  }
  return [...headings].map(([title, list]) => section(title, [terms(list)]));
}

/** What a page ends with: of the whole, its options and what else there is to read; else where they are. */
function endOf(of: CommandUnknownOpts): Section[] {
  if (of.parent !== null) return [section('Global options', [text('See: `bitflow help options`')])];
  return [
    section('Global options', [terms(optionTerms(of))]),
    section('Topics', [terms(TOPICS.map(({ name, summary }) => ({ term: `help ${name}`, text: summary })))]),
  ];
}

/** A command or a topic as it is asked for. */
function reference(name: string): string {
  return TOPICS.some((topic) => topic.name === name) ? `bitflow help ${name}` : `bitflow ${name}`;
}
