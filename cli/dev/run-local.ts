import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Cli } from '../kit/cli.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT, type ExitCode } from '../kit/exit-codes.ts';
import { findCheckout } from './checkout.ts';

/** Options by the name that commander gives them, as the command took them. */
type Options = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/**
 * Runs a program of the checkout that starts the whole service here, in this terminal, until it ends.
 * Ctrl-C ends what was started, in order, and is then how `dev` ends well: 0.
 */
export async function runLocal(cli: Cli, program: 'dev' | 'demo', options: Options): Promise<ExitCode> {
  const checkout = await findCheckout(cli);
  if (checkout === null)
    throw new CliError(
      EXIT.usage,
      `there is no checkout of BitFlow here, and \`bitflow ${program}\` runs one`,
      `git clone BitFlow's repository, cd into it, and there: npx bitflow ${program}`,
    );
  const { json } = cli.screen;
  const args = [join(checkout, 'local/run.mjs'), program, ...argvOf(options), ...(json ? ['--json'] : [])];
  // The channel is how it notices that we are gone, even where we were killed.
  const child = spawn(process.execPath, args, {
    cwd: cli.around.cwd,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  // A terminal sends Ctrl-C to it as well, and it takes any number of them; a signal to us alone is handed on.
  cli.signal.addEventListener('abort', () => child.kill('SIGTERM'));
  const [code] = await once(child, 'exit');
  return exitCode(code, cli);
}

/** The options as they are written on a command line. */
export function argvOf(options: Options): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (value === undefined || value === false) return [];
    if (value === true) return [flag];
    return (Array.isArray(value) ? value : [value]).map((one) => `${flag}=${one}`);
  });
}

function exitCode(code: number | null, cli: Cli): ExitCode {
  if (code === 0) return EXIT.ok;
  if (code === EXIT.usage) return EXIT.usage;
  return cli.signal.aborted ? EXIT.interrupted : EXIT.failed;
}
