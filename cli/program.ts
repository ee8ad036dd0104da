import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { COMMANDS } from './commands/index.ts';
import { examplesOf, type Start } from './kit/command.ts';

/** The whole command line: the commands in the order of the help, and what all of them share. */
export function makeProgram(start: Start, version: string): CommandUnknownOpts {
  const program = new Command('bitflow')
    .summary('git push in, a container image out')
    .description('git push in, a container image out: BitFlow builds, from the command line.')
    .version(version, '-V, --version', 'the version')
    .option('--url <address>', 'the service, in place of the one that you are signed in to')
    .option('--team <id>', 'the team to act for, where you are in several')
    .option('--json', 'results as JSON, and nothing else on stdout')
    .option('-q, --quiet', 'results only, no remarks')
    .option('-v, --verbose', 'with an error: its cause and the request id')
    .option('--no-color', 'no colours (also: NO_COLOR)')
    .helpOption('-h, --help', 'help, with examples')
    .helpCommand(false);
  for (const make of COMMANDS) program.addCommand(make(start));
  share(program);
  return program;
}

/** What every command has of the program: how its help looks, and that it ends no process itself. */
function share(of: CommandUnknownOpts): void {
  of.exitOverride()
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true, subcommandTerm: (one) => one.name() })
    .configureOutput({ outputError: () => {} });
  const examples = examplesOf(of);
  if (examples.length > 0)
    of.addHelpText('after', () => `\nExamples:\n${examples.map(exampleText).join('\n')}`);
  for (const one of of.commands) {
    one.helpOption('-h, --help', 'help, with examples').helpCommand(false);
    share(one);
  }
}

function exampleText({ use, does }: { use: string; does: string }): string {
  return `  ${use}\n      ${does}`;
}
