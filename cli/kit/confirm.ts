import { createInterface } from 'node:readline';
import type { Cli } from './cli.ts';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';

/**
 * Asks before what cannot be taken back, unless `--yes` was given. Throws CliError: 2 where nobody can be asked, 1
 * where the answer is no.
 * @param question one that "yes" answers: what will be gone.
 */
export async function confirm(cli: Cli, question: string, yes: boolean | undefined): Promise<void> {
  if (yes) return;
  const { stdin, stderr } = cli.around;
  if (stdin.isTTY !== true || stderr.isTTY !== true)
    throw new CliError(EXIT.usage, `nobody can be asked here: ${question}`, 'To go ahead, add --yes.', {
      code: 'unconfirmed',
    });
  stderr.write(`${question} [y/N] `);
  if (/^\s*y(?:es)?\s*$/i.test((await lineOf(cli)) ?? '')) return;
  throw new CliError(EXIT.failed, 'nothing was changed', 'To go ahead, answer y, or add --yes.', {
    code: 'unconfirmed',
  });
}

/** The next line that is typed; null: the end of the input. The terminal itself echoes, and sees to Ctrl-C. */
function lineOf({ around: { stdin, signal } }: Cli): Promise<string | null> {
  const reader = createInterface({ input: stdin, terminal: false });
  return new Promise<string | null>((resolve, reject) => {
    reader.once('line', resolve);
    reader.once('close', () => resolve(null));
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  }).finally(() => reader.close());
}
