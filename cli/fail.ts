import { CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { pathOf } from './help/command-page.ts';
import { Cli, type GlobalOptions } from './kit/cli.ts';
import { CliError } from './kit/errors.ts';
import { EXIT, type ExitCode } from './kit/exit-codes.ts';
import { nearest } from './kit/nearest.ts';
import type { Surroundings } from './kit/streams.ts';
import { clean } from './kit/text.ts';
import { VERSION } from './version.ts';

/** What was run. */
interface Failed {
  readonly program: CommandUnknownOpts;
  readonly argv: readonly string[];
  readonly around: Surroundings;
  readonly options: GlobalOptions;
}

/**
 * Says what went wrong, all of it on stderr: a line of what, and a line of what to do; with `--json` the same as one
 * JSON object. @returns the exit code.
 */
export function fail(cause: unknown, { program, argv, around, options }: Failed): ExitCode {
  const error = toCliError(cause, program, argv);
  const { screen } = new Cli(around, options, VERSION);
  const { code, requestId, exitCode } = error;
  // Words that were typed, and the service's, are repeated in it: they may be from anywhere.
  const message = oneLine(error.message);
  const next = oneLine(error.next);
  if (options.json) {
    const told = { code, message, next, request_id: requestId, exit_code: exitCode };
    screen.warn(JSON.stringify({ error: told }));
    return exitCode;
  }
  screen.warn(`${screen.paint.red('error')}  ${message}`);
  screen.warn(`${screen.paint.dim('next')}   ${next}`);
  if (options.verbose) {
    if (requestId !== null) screen.warn(`request ${clean(requestId)}`);
    if (error.cause !== undefined) screen.warn(causeText(error.cause));
  }
  return exitCode;
}

const oneLine = (text: string): string => clean(text.replaceAll(/\s*\n\s*/g, ' '));

function causeText(cause: unknown): string {
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return `cause   ${text.split('\n').map(clean).join('\n')}`;
}

function toCliError(error: unknown, program: CommandUnknownOpts, argv: readonly string[]): CliError {
  if (error instanceof CliError) return error;
  if (error instanceof CommanderError) return usageError(error, program, argv);
  const what = `this is a fault of bitflow: ${error instanceof Error ? error.message : String(error)}`;
  return new CliError(EXIT.failed, what, 'Please report it, with what --verbose says.', {
    cause: error,
    code: 'internal',
  });
}

function usageError(
  { message, code }: CommanderError,
  program: CommandUnknownOpts,
  argv: readonly string[],
): CliError {
  const { command, word } = meant(program, argv);
  const next = `See: ${pathOf(command)} --help`;
  const error = (what: string) => new CliError(EXIT.usage, what, next, { code: 'usage' });
  if (code === 'commander.help') return error(`${pathOf(command)} needs a command`);
  // Of a group that does something without a command too, commander takes the word for an argument of that.
  if (code === 'commander.excessArguments' && command.commands.length > 0 && word !== undefined) {
    const near = nearest(
      word,
      command.commands.map((one) => one.name()),
    );
    return error(`unknown command '${word}'${near === null ? '' : `. Did you mean ${near}?`}`);
  }
  return error(message.replace(/^error: /, '').replace(/\n\(?(Did you mean .*?)\)?$/s, '. $1'));
}

/** The command that was meant, as far as there is one of its name, and the first word after it that is no option. */
function meant(program: CommandUnknownOpts, argv: readonly string[]) {
  let command = program;
  let word: string | undefined;
  for (const one of argv.filter((one) => !one.startsWith('-'))) {
    const found = command.commands.find((sub) => sub.name() === one);
    if (found === undefined) word ??= one;
    else [command, word] = [found, undefined];
  }
  return { command, word };
}
