import { Command, type CommandUnknownOpts, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { Cli } from './cli.ts';
import type { ExitCode } from './exit-codes.ts';

/** An example of a command's use: what to type, and what it is good for. */
export interface Example {
  readonly use: string;
  readonly does: string;
}

/**
 * Does a command's work: the edge (`run.ts`) gives it what it needs, and turns its errors into exit codes.
 * Nothing that the work needs is loaded before, so that help is there at once.
 * @param self the command, as commander hands it to its action.
 */
export type Start = (
  self: CommandUnknownOpts,
  work: (cli: Cli) => Promise<ExitCode> | Promise<void>,
) => Promise<void>;

/** A command or a group of commands, as the list of them has it (`commands/index.ts`). */
export type MakeCommand = (start: Start) => CommandUnknownOpts;

/** What the page of a command has besides its arguments and options. */
export interface Notes {
  /** The exit codes that say something of their own here; all of them are in `bitflow help exit-codes`. */
  readonly exits?: readonly ExitCode[];
  /** Where to read on: commands and topics, without `bitflow` and `bitflow help`. */
  readonly see?: readonly string[];
}

const EXAMPLES = new WeakMap<object, readonly Example[]>();
const NOTES = new WeakMap<object, Notes>();

/** A command. Its summary is a line of the group's help; `.description()` says more. */
export function command<const Name extends string>(
  name: Name,
  summary: string,
  examples: readonly Example[],
  notes: Notes = {},
) {
  const made = new Command(name).summary(summary).description(summary);
  EXAMPLES.set(made, examples);
  NOTES.set(made, notes);
  return made;
}

/** Commands that belong together. */
export function group(
  name: string,
  summary: string,
  commands: readonly CommandUnknownOpts[],
): CommandUnknownOpts {
  const made = new Command(name).summary(summary).description(summary);
  for (const one of commands) made.addCommand(one);
  return made;
}

/** The examples of a command: part of its help, and of docs/cli.md. */
export function examplesOf(of: object): readonly Example[] {
  return EXAMPLES.get(of) ?? [];
}

/** What the page of a command says besides. */
export function notesOf(of: object): Notes {
  return NOTES.get(of) ?? {};
}

/** The repository that a command is about. */
export const repoOption = () =>
  new Option('-R, --repo <owner/repo>', 'the repository; left out: that of the git remote here');

/** How many of a list to show. */
export const limitOption = () =>
  new Option('-L, --limit <n>', 'how many to show').default(20).argParser((text) => count(text));

/** Of what cannot be taken back. */
export const yesOption = () => new Option('-y, --yes', 'do not ask');

/** An option that may be given several times, as commander parses it. One that took several words would take an argument, too. */
export const repeated = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
];

/** A whole number from 1 on, as commander parses it. */
export function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('It must be a whole number from 1 on.');
}
