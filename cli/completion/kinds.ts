import type { Argument, CommandUnknownOpts, Option } from '@commander-js/extra-typings';

/** What a word of the command line names: things that the service has, words that it knows, files, or nothing that could be listed. */
export type Kind = Thing | Word | 'help' | 'files' | 'directories' | 'nothing';

/** Of which the service has a list. */
export type Thing =
  | 'builds'
  | 'repositories'
  | 'secrets'
  | 'variables'
  | 'images'
  | 'teams'
  | 'members'
  | 'tokens'
  | 'registries'
  | 'deliveries'
  | 'dead-letters';

/** Of which the API knows a few. */
export type Word =
  | 'platforms'
  | 'builder-types'
  | 'build-states'
  | 'registry-kinds'
  | 'machine-types'
  | 'roles'
  | 'permissions'
  | 'templates';

/** By the command's group and the argument's name, else by the argument's name alone. */
const OF_ARGUMENT: Readonly<Record<string, Kind>> = {
  'builds id': 'builds',
  'tokens id': 'tokens',
  'dead-letters id': 'dead-letters',
  'teams id': 'teams',
  'deliveries id': 'deliveries',
  'secrets name': 'secrets',
  'variables name': 'variables',
  'tokens name': 'nothing',
  'owner/repo': 'repositories',
  registry: 'registries',
  image: 'images',
  tag: 'nothing',
  role: 'roles',
  email: 'members',
  address: 'nothing',
  'NAME=VALUE': 'nothing',
  value: 'nothing',
  'topic or command': 'help',
  folder: 'directories',
  path: 'directories',
  file: 'files',
};

const OF_OPTION: Readonly<Record<string, Kind>> = {
  '--repo': 'repositories',
  '--team': 'teams',
  '--file': 'files',
  '--of': 'teams',
  '--platform': 'platforms',
  '--builder': 'builder-types',
  '--status': 'build-states',
  '--kind': 'registry-kinds',
  '--machine-type': 'machine-types',
  '--role': 'roles',
  '--scope': 'permissions',
  '--template': 'templates',
  '--from-file': 'files',
  '--output': 'files',
  '--folder': 'directories',
  '--root-directory': 'directories',
  '--data': 'directories',
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
