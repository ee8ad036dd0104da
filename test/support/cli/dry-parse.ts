import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { typedIn } from '#cli/completion/words.ts';
import { makeProgram } from '#cli/program.ts';

/** The commands of a line as people type it into a shell: without pipes, redirections and variables before them. */
export function commandsIn(line: string): string[][] {
  return line
    .split(/\s*(?:\||&&|;|<\(|\)|>|<|\$\()\s*/)
    .map((part) => part.replace(/^(?:[A-Z_]+=\S* )+/, '').replace(/\s+#.*$/, ''))
    .filter((part) => /^bitflow(?: |$)/.test(part))
    .map((part) => [...typedIn(part, '').words]);
}

/** The command that these words start, as commander reads them; nothing is done. Throws CommanderError for a wrong one. */
export async function dryParse(words: readonly string[]): Promise<CommandUnknownOpts> {
  const started: CommandUnknownOpts[] = [];
  const program = makeProgram(async (self) => {
    started.push(self);
  }, '0.0.0');
  await program.parseAsync([...words], { from: 'user' });
  const [command] = started;
  if (command === undefined) throw new Error(`nothing was started by: ${words.join(' ')}`);
  return command;
}
