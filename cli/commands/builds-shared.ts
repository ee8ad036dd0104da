import { Argument } from '@commander-js/extra-typings';
import type { BuilderType } from '#core/build.ts';
import type { Notes } from '../kit/command.ts';

export const BUILDERS = ['auto', 'nixpacks', 'dockerfile'] as const satisfies readonly BuilderType[];

/** The build that a command is about. */
export const idArgument = () =>
  new Argument(
    '[id]',
    'the build; its id may be shortened to what is unambiguous. Left out: the newest build of the repository',
  );

/** What the exit code of a command says that waits for a build: the build's state. */
export const EXITS: Notes = { exits: [0, 1, 6, 7, 124, 130], see: ['exit-codes', 'ids'] };

/** And what does not change it: the end of a sentence. */
export const STATE =
  'the exit code is the build’s state. A cut connection changes nothing about it, and Ctrl-C leaves the build running.';

/** Paragraphs of a description, each from lines as they fit here. */
export const paragraphs = (...all: readonly (readonly string[])[]): string =>
  all.map((lines) => lines.join(' ')).join('\n\n');
