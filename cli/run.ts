import { CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { Cli, type GlobalOptions } from './kit/cli.ts';
import { CliError } from './kit/errors.ts';
import { EXIT, type ExitCode } from './kit/exit-codes.ts';
import type { Surroundings } from './kit/streams.ts';
import { makeProgram } from './program.ts';
import { VERSION } from './version.ts';

/** Runs a command line, without the program's name. Never throws. @returns the exit code. */
export async function run(argv: readonly string[], around: Surroundings): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  let options: GlobalOptions = {};
  const program = makeProgram(async (self, work) => {
    options = self.optsWithGlobals();
    code = (await work(new Cli(around, options, VERSION))) ?? EXIT.ok;
  }, VERSION);
  direct(program, around);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    if (around.signal.aborted) return EXIT.interrupted;
    const json = options.json ?? argv.includes('--json');
    return tell(toCliError(error, program, argv), around, { ...options, json });
  }
}

/** Where commander writes help to: for every command of the tree. */
function direct(
  program: CommandUnknownOpts,
  { stdout, stderr }: Pick<Surroundings, 'stdout' | 'stderr'>,
): void {
  program.configureOutput({
    ...program.configureOutput(),
    writeOut: (text) => stdout.write(text),
    writeErr: (text) => stderr.write(text),
    getOutHelpWidth: () => stdout.columns ?? 80,
    getErrHelpWidth: () => stderr.columns ?? 80,
  });
  for (const one of program.commands) direct(one, { stdout, stderr });
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
  // A group without a command is asked for help, and says so.
  if (code === 'commander.help') return new CliError(EXIT.usage, '', '', { code: 'usage' });
  const what = message.replace(/^error: /, '').replace(/\n\(?(Did you mean .*?)\)?$/s, '. $1');
  return new CliError(EXIT.usage, what, `See: ${nameOf(program, argv)} --help`, { code: 'usage' });
}

/** The command that was meant, as far as there is one of its name. */
function nameOf(program: CommandUnknownOpts, argv: readonly string[]): string {
  const names = [program.name()];
  let at = program;
  for (const word of argv) {
    const found = at.commands.find((one) => one.name() === word);
    if (found === undefined) continue;
    names.push(word);
    at = found;
  }
  return names.join(' ');
}

/** One line of what, one line of what to do; with `--json` the same as JSON. All of it on stderr. */
function tell(error: CliError, around: Surroundings, options: GlobalOptions): ExitCode {
  const { screen } = new Cli(around, options, VERSION);
  const { message, next, code, requestId, exitCode } = error;
  if (message === '') return exitCode;
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
