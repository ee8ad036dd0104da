import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { optionTerms } from '../option-terms.ts';
import { type Section, terms, text } from '../page.ts';

export const options = (program: CommandUnknownOpts): readonly Section[] => [
  {
    title: 'Global options',
    blocks: [text('Every command takes these, before its name or after it.'), terms(optionTerms(program))],
  },
  {
    title: 'In all of them',
    blocks: [
      text(
        'The value of an option follows it, or an equals sign: `--team acme`, `--team=acme`. After `--` everything is an argument, also what begins with a dash. A setting that is given in several places is taken from the option, then from the environment, then from the config file; `bitflow config` says which it was.',
      ),
    ],
  },
];
