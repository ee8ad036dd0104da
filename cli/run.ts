import { CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { pathOf } from './help/command-page.ts';
import { Cli, type GlobalOptions } from './kit/cli.ts';
import { CliError } from './kit/errors.ts';
import { EXIT, type ExitCode } from './kit/exit-codes.ts';
import { nearest } from './kit/nearest.ts';
import { hasColors } from './kit/paint.ts';
import { COLUMNS } from './kit/screen.ts';
import type { Surroundings } from './kit/streams.ts';
import { clean } from './kit/text.ts';
import { makeProgram } from './program.ts';
import { VERSION } from './version.ts';

/** Runs a command line, without the program's name. Never throws. @returns the exit code. */
export async function run(argv: readonly string[], around: Surroundings): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  // As they were written, for errors that come before commander has read them all.
  let options: GlobalOptions = optionsIn(argv);
  const program = makeProgram(async (self, work) => {
    options = self.optsWithGlobals();
    code = (await work(new Cli(around, options, VERSION))) ?? EXIT.ok;
  }, VERSION);
  direct(program, around, options);
  try {
    await program.parseAsync(argv.length === 0 ? ['--help'] : [...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    if (around.signal.aborted) return EXIT.interrupted;
    return tell(toCliError(error, program, argv), around, options);
  }
}

function optionsIn(argv: readonly string[]): GlobalOptions {
  const end = argv.indexOf('--');
  const given = new Set(end === -1 ? argv : argv.slice(0, end));
  return {
    json: given.has('--json'),
    verbose: given.has('--verbose') || given.has('-v'),
    color: !given.has('--no-color'),
  };
}

/** Where commander writes help to: for every command of the tree. */
function direct(program: CommandUnknownOpts, around: Surroundings, options: GlobalOptions): void {
  const { stdout, stderr, env } = around;
  const { json = false, color = true } = options;
  program.configureOutput({
    ...program.configureOutput(),
    writeOut: (text) => stdout.write(text),
    // Help that was not asked for, of a group without a command: for people. Programs get an error.
    writeErr: (text) => !json && stderr.write(text),
    getOutHelpWidth: () => stdout.columns ?? COLUMNS,
    getErrHelpWidth: () => stderr.columns ?? COLUMNS,
    getOutHasColors: () => hasColors(color, env, stdout),
    getErrHasColors: () => hasColors(color, env, stderr),
  });
  for (const one of program.commands) direct(one, around, options);
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

/** One line of what, one line of what to do; with `--json` the same as JSON. All of it on stderr. */
function tell(error: CliError, around: Surroundings, options: GlobalOptions): ExitCode {
  const { screen } = new Cli(around, options, VERSION);
  const { next, code, requestId, exitCode } = error;
  // What was typed is repeated in it, and may be from elsewhere.
  const message = clean(error.message);
  if (options.json) {
    screen.warn(
      JSON.stringify({ error: { code, message, next, request_id: requestId, exit_code: exitCode } }),
    );
    return exitCode;
  }
  screen.warn(`${screen.paint.red('error')}  ${message}`);
  screen.warn(`${screen.paint.dim('next')}   ${next}`);
  if (options.verbose) {
    if (requestId !== null) screen.warn(`request ${requestId}`);
    if (error.cause !== undefined) screen.warn(causeText(error.cause));
  }
  return exitCode;
}

function causeText(cause: unknown): string {
  return `cause   ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`;
}
