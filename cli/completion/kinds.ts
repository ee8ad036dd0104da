import type { Argument, CommandUnknownOpts, Option } from '@commander-js/extra-typings';

/** What a word of the command line names: things that the service has, files, or nothing that could be listed. */
export type Kind =
  | 'builds'
  | 'repositories'
  | 'teams'
  | 'tokens'
  | 'registries'
  | 'dead-letters'
  | 'help'
  | 'files'
  | 'directories'
  | 'nothing';

/** By the command's group and the argument's name, else by the argument's name alone. */
const OF_ARGUMENT: Readonly<Record<string, Kind>> = {
  'builds id': 'builds',
  repo: 'repositories',
  repository: 'repositories',
  'tokens id': 'tokens',
  'registries id': 'registries',
  'dead-letters id': 'dead-letters',
  'teams id': 'teams',
  'teams team': 'teams',
  'topic or command': 'help',
  path: 'directories',
  directory: 'directories',
  value: 'nothing',
};

const OF_OPTION: Readonly<Record<string, Kind>> = {
  '--repo': 'repositories',
  '--team': 'teams',
  '--file': 'files',
};

/** What an argument names; undefined: nobody said. */
export function kindOfArgument(command: CommandUnknownOpts, argument: Argument): Kind | undefined {
  const name = argument.name();
  return OF_ARGUMENT[`${command.parent?.name()} ${name}`] ?? OF_ARGUMENT[name];
}

/** What the value of an option names. */
export function kindOfOption({ long }: Option): Kind {
  return OF_OPTION[long ?? ''] ?? 'nothing';
}
