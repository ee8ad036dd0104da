import { z } from 'zod';
import { explain, untilInterrupted } from '#local/until-interrupted.ts';

/** The options of this command line. What is wrong with them is said, `--help` answered; both end the process. */
export function commandOptions<T extends { readonly help: boolean }>(
  parse: (args: readonly string[]) => T,
  usage: string,
): T {
  try {
    const options = parse(process.argv.slice(2));
    if (!options.help) return options;
  } catch (error) {
    return explain(error instanceof z.ZodError ? `${z.prettifyError(error)}\n\n${usage}` : error);
  }
  console.log(usage);
  process.exit(0);
}

/** Rejects when somebody interrupts the command. */
export function interruption(): Promise<never> {
  const interrupted = untilInterrupted().then((): never => {
    throw new Error('interrupted');
  });
  interrupted.catch(() => undefined); // whoever runs at that moment is told; nobody may be
  return interrupted;
}
