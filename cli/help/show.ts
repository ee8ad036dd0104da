import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Cli } from '../kit/cli.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import { nearest } from '../kit/nearest.ts';
import { commandPage } from './command-page.ts';
import type { Page } from './page.ts';
import { pageText } from './terminal.ts';
import { TOPICS } from './topics.ts';

/** `bitflow help [TOPIC | COMMAND…]`. Throws CliError (2) for what is neither. */
export async function showHelp(
  cli: Cli,
  program: CommandUnknownOpts,
  words: readonly string[],
): Promise<void> {
  const { screen } = cli;
  const page = await pageOf(program, words);
  if (screen.json) return screen.value(page);
  screen.raw(pageText(page, { columns: screen.columns, paint: screen.paint }));
}

/** The page that these words ask for. */
async function pageOf(program: CommandUnknownOpts, words: readonly string[]): Promise<Page> {
  const [first, ...more] = words;
  const topic = TOPICS.find(({ name }) => name === first);
  if (topic !== undefined && more.length === 0)
    return { name: topic.name, summary: topic.summary, sections: await topic.sections(program) };
  return commandPage(commandOf(program, words));
}

function commandOf(program: CommandUnknownOpts, words: readonly string[]): CommandUnknownOpts {
  let at = program;
  for (const word of words) {
    const among = at.createHelp().visibleCommands(at);
    const found = among.find((one) => one.name() === word || one.aliases().includes(word));
    if (found === undefined) throw unknown(word, at, among);
    at = found;
  }
  return at;
}

function unknown(word: string, at: CommandUnknownOpts, among: readonly CommandUnknownOpts[]): CliError {
  const isRoot = at.parent === null;
  const names = [...among.map((one) => one.name()), ...(isRoot ? TOPICS.map(({ name }) => name) : [])];
  const near = nearest(word, names);
  const what = `there is no ${isRoot ? 'command or topic' : `command of ${at.name()}`} ${JSON.stringify(word)}`;
  const next = near === null ? 'See: bitflow help' : `Did you mean ${near}?`;
  return new CliError(EXIT.usage, what, next, { code: 'usage' });
}
