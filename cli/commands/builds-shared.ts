import { Argument } from '@commander-js/extra-typings';
import type { BuilderType } from '#core/build.ts';

export const BUILDERS = ['auto', 'nixpacks', 'dockerfile'] as const satisfies readonly BuilderType[];

/** The build that a command is about. */
export const idArgument = () =>
  new Argument(
    '[id]',
    'the build; its id may be shortened to what is unambiguous. Left out: the newest build of the repository',
  );

/** What the exit code of a command says that waits for a build. */
export const EXITS = [
  'The exit code is the build’s state: 0 succeeded, 1 failed, 6 cancelled or superseded, 7 waiting for an approval,',
  '124 timed out or expired. A cut connection changes nothing about it. Ctrl-C (130) leaves the build running.',
].join(' ');

/** Paragraphs of a description, each from lines as they fit here. */
export const paragraphs = (...all: readonly (readonly string[])[]): string =>
  all.map((lines) => lines.join(' ')).join('\n\n');
