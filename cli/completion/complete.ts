import type { Argument, CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { type Kind, kindOfArgument, kindOfOption } from './kinds.ts';

/** A word that could stand at the cursor. */
export interface Candidate {
  readonly value: string;
  readonly about: string;
}

/** What could stand at the cursor. */
export interface Wanted {
  readonly candidates: readonly Candidate[];
  /** Of what there may be more, which is not in the command line's own declaration; with what is before it in the word. */
  readonly more: { readonly kind: Kind; readonly before: string } | null;
}

const NOTHING: Wanted = { candidates: [], more: null };

/** What could stand at the end of these words of a command line, by the declarations of its commands. */
export function complete(program: CommandUnknownOpts, words: readonly string[]): Wanted {
  const current = words.at(-1) ?? '';
  const { command, given, awaits, onlyArguments } = read(program, words.slice(0, -1));
  if (awaits !== null) return valuesOf(awaits, '');
  if (!onlyArguments && current.startsWith('-')) {
    const [flag = '', ...value] = current.split('=');
    if (value.length === 0) return { candidates: optionsOf(command), more: null };
    const option = findOption(command, flag);
    return option === undefined ? NOTHING : valuesOf(option, `${flag}=`);
  }
  const commands = command.createHelp().visibleCommands(command);
  if (commands.length > 0 && given === 0) {
    const candidates = commands.map((one) => ({ value: one.name(), about: one.summary() }));
    return { candidates, more: null };
  }
  const all = command.registeredArguments;
  const last = all.at(-1);
  const argument = all[given] ?? (last?.variadic ? last : undefined);
  return argument === undefined ? NOTHING : valuesOfArgument(command, argument);
}

interface Read {
  readonly command: CommandUnknownOpts;
  /** How many arguments it has by now. */
  readonly given: number;
  /** The option whose value comes next. */
  readonly awaits: Option | null;
  /** After `--`. */
  readonly onlyArguments: boolean;
}

function read(program: CommandUnknownOpts, words: readonly string[]): Read {
  let command = program;
  let given = 0;
  let awaits: Option | null = null;
  let onlyArguments = false;
  for (const word of words) {
    if (awaits !== null) awaits = null;
    else if (onlyArguments || !word.startsWith('-') || word === '-') {
      const found = given === 0 ? command.commands.find((one) => one.name() === word) : undefined;
      if (found === undefined) given += 1;
      else command = found;
    } else if (word === '--') onlyArguments = true;
    else if (!word.includes('=')) {
      const option = findOption(command, word);
      awaits = option?.required ? option : null;
    }
  }
  return { command, given, awaits, onlyArguments };
}

function valuesOf(option: Option, before: string): Wanted {
  if (option.argChoices !== undefined)
    return { candidates: option.argChoices.map((one) => ({ value: before + one, about: '' })), more: null };
  return { candidates: [], more: { kind: kindOfOption(option), before } };
}

function valuesOfArgument(command: CommandUnknownOpts, argument: Argument): Wanted {
  if (argument.argChoices !== undefined)
    return { candidates: argument.argChoices.map((value) => ({ value, about: '' })), more: null };
  return { candidates: [], more: { kind: kindOfArgument(command, argument) ?? 'nothing', before: '' } };
}

/** The options of a command, and of those above it. */
function allOptions(command: CommandUnknownOpts): readonly Option[] {
  const above = command.parent === null ? [] : allOptions(command.parent);
  return [...command.options.filter(({ hidden }) => !hidden), ...above];
}

function findOption(command: CommandUnknownOpts, flag: string): Option | undefined {
  return allOptions(command).find(({ long, short }) => long === flag || short === flag);
}

function optionsOf(command: CommandUnknownOpts): Candidate[] {
  const options = allOptions(command).map(({ long, short, description }) => ({
    value: long ?? short ?? '',
    about: description,
  }));
  return [...options, { value: '--help', about: 'print the help of this command' }];
}
