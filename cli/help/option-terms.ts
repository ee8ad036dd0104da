import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Term } from './page.ts';

/** The options of a command, as its page has them. `--help` is every command's: it is among the program's only. */
export function optionTerms(of: CommandUnknownOpts): Term[] {
  const help = of.createHelp();
  const options = of.parent === null ? help.visibleOptions(of) : of.options.filter(({ hidden }) => !hidden);
  return options.map((one) => ({ term: one.flags, text: help.optionDescription(one) }));
}
