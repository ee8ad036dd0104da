import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { complete } from './commands/completion.ts';
import { COMMANDS } from './commands/index.ts';
import { commandPage } from './help/command-page.ts';
import { pageText } from './help/terminal.ts';
import type { Start } from './kit/command.ts';
import { paintFor } from './kit/paint.ts';

/** The whole command line: the commands in the order of the help, and what all of them share. */
export function makeProgram(start: Start, version: string): CommandUnknownOpts {
  const program = new Command('bitflow')
    .summary('git push in, a container image out')
    .description(
      'Builds container images of git repositories, from a laptop and in CI jobs. New here: `bitflow help getting-started`',
    )
    .version(version, '-V, --version', 'print the version')
    .option('--url <address>', 'the service, in place of the one that is set')
    .option('--team <id>', 'the team to act for, where you are in several')
    .option('--json', 'results as JSON, and nothing else on stdout')
    .option('-q, --quiet', 'results only, no remarks')
    .option('-v, --verbose', 'with an error: its cause and the request id')
    .option('--no-color', 'no colours (also: NO_COLOR)');
  for (const { heading, commands } of COMMANDS)
    for (const make of commands) program.addCommand(make(start).helpGroup(heading));
  program.addCommand(complete(start), { hidden: true });
  share(program);
  return program;
}

/** What every command has of the program: how its help looks, and that it ends no process itself. */
function share(of: CommandUnknownOpts): void {
  of.exitOverride()
    .helpOption('-h, --help', 'print this')
    .helpCommand(false)
    .showSuggestionAfterError()
    .configureHelp({
      // Painted always: commander takes the colours out again where the stream has none.
      formatHelp: (command, { helpWidth }) =>
        pageText(commandPage(command), { columns: helpWidth ?? 80, paint: paintFor(true) }),
    })
    .configureOutput({ outputError: () => {} });
  for (const one of of.commands) share(one);
}
