import { CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { GlobalOptions } from './kit/cli.ts';
import { EXIT, type ExitCode } from './kit/exit-codes.ts';
import { COLUMNS, hasColors } from './kit/paint.ts';
import type { Surroundings } from './kit/streams.ts';
import { makeProgram } from './program.ts';
import { VERSION } from './version.ts';

/** Runs a command line, without the program's name. Never throws. @returns the exit code. */
export async function run(argv: readonly string[], around: Surroundings): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  // As they were written, for errors that come before commander has read them all.
  let options: GlobalOptions = optionsIn(argv);
  const program = makeProgram(async (self, work) => {
    options = self.optsWithGlobals();
    const { Cli } = await import('./kit/cli.ts');
    code = (await work(new Cli(around, options, VERSION))) ?? EXIT.ok;
  }, VERSION);
  direct(program, around, options);
  try {
    await program.parseAsync(argv.length === 0 ? ['--help'] : [...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    if (around.signal.aborted) return EXIT.interrupted;
    const { fail } = await import('./fail.ts');
    return fail(error, { program, argv, around, options });
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
