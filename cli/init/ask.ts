import { createInterface } from 'node:readline/promises';
import type { Cli } from '../kit/cli.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import { TEMPLATE_NAMES, TEMPLATES, type TemplateName } from './templates.ts';

/** The template of that name. Throws CliError (2), which names those there are. */
export function templateOf(text: string): TemplateName {
  const found = TEMPLATE_NAMES.find((name) => name === text);
  if (found !== undefined) return found;
  const what = `there is no template ${JSON.stringify(text)}`;
  throw new CliError(EXIT.usage, what, `There are: ${TEMPLATE_NAMES.join(', ')}.`);
}

/** Asks which template, by number or name. Throws CliError (2) where nobody can be asked. */
export async function askForTemplate(cli: Cli): Promise<TemplateName> {
  const { stdin, stderr } = cli.around;
  if (stdin.isTTY !== true || stderr.isTTY !== true || cli.screen.json) {
    const next = `Add --template, with one of: ${TEMPLATE_NAMES.join(', ')}.`;
    throw new CliError(EXIT.usage, 'it is not said which template', next);
  }
  const width = Math.max(...TEMPLATE_NAMES.map((name) => name.length));
  TEMPLATE_NAMES.forEach((name, at) => {
    cli.screen.warn(`  ${at + 1}  ${name.padEnd(width)}  ${cli.screen.paint.dim(TEMPLATES[name])}`);
  });
  const reader = createInterface({ input: stdin, output: stderr });
  // The terminal is readline's for now: it gets Ctrl-C as a key.
  const interrupt = new AbortController();
  reader.once('SIGINT', () => interrupt.abort());
  reader.once('close', () => interrupt.abort());
  try {
    const signal = AbortSignal.any([cli.signal, interrupt.signal]);
    const answer = (await reader.question('Which template? ', { signal })).trim();
    return templateOf(TEMPLATE_NAMES[Number(answer) - 1] ?? answer);
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(EXIT.interrupted, 'nothing was written', 'Name one with --template.', {
      cause: error,
    });
  } finally {
    reader.close();
  }
}
