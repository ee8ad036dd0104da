import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { TOPICS } from '../help/topics.ts';
import { Cli } from '../kit/cli.ts';
import { repositoryOf } from '../kit/repository.ts';
import { shorten } from '../kit/shorten.ts';
import { clean } from '../kit/text.ts';
import { type Candidate, complete } from './complete.ts';
import type { Kind, Thing } from './kinds.ts';
import { WORDS } from './known-words.ts';
import { thingsOf } from './things.ts';
import { type Typed, typedIn } from './words.ts';

/** Somebody waits for the list with a finger on the Tab key (ms). */
const DEADLINE_MS = 2000;

/**
 * What no shell takes for anything but a plain word. Other values are left out: their names were given elsewhere, by
 * anybody, and `$(…)` is a valid name of a branch.
 */
const PLAIN = /^(?![=~:])[\p{L}\p{N}_.,:=@%/+~-]+$/u;

export interface AnswerOptions {
  readonly line?: string | undefined;
  readonly breaks?: string | undefined;
}

/**
 * `bitflow __complete`, which the scripts of the shells call: what could stand at the cursor, a line each, a tab
 * before what it is; `:files` and `:directories` leave it to the shell. Where something fails it has fewer lines,
 * and says nothing of it.
 */
export async function answer(
  cli: Cli,
  program: CommandUnknownOpts,
  words: readonly string[],
  { line, breaks = '' }: AnswerOptions,
): Promise<void> {
  const typed: Typed = line === undefined ? { words, kept: '' } : typedIn(line, breaks);
  // zsh and fish hand over a word whose quote is still open with the quote, and put it back themselves.
  const current = (typed.words.at(-1) ?? '').replace(/^["']/, '');
  const before = typed.words.slice(0, -1);
  const { candidates, more } = complete(program, [...before, current]);
  const found = more === null ? [] : await ofKind(cli, program, more.kind, before);
  const all = [
    ...candidates,
    // What is named like an option would be taken for one.
    ...found
      .filter(({ value }) => !value.startsWith('-'))
      .map(({ value, about }) => ({ value: `${more?.before ?? ''}${value}`, about })),
  ];
  for (const { value, about } of all)
    if (value.startsWith(current) && PLAIN.test(value))
      cli.screen.raw(
        `${value.slice(typed.kept.length)}\t${shorten(clean(about).replaceAll('\t', ' '), 60)}\n`,
      );
  if (more?.kind === 'files' || more?.kind === 'directories') cli.screen.raw(`:${more.kind}\n`);
}

/** What there is of a kind. @param words those that are on the line already. */
async function ofKind(
  cli: Cli,
  program: CommandUnknownOpts,
  kind: Kind,
  words: readonly string[],
): Promise<readonly Candidate[]> {
  switch (kind) {
    case 'files':
    case 'directories':
    case 'nothing':
      return [];
    case 'help':
      return [...TOPICS, ...namedOf(program)].map(({ name, summary }) => ({ value: name, about: summary }));
    case 'platforms':
    case 'builder-types':
    case 'build-states':
    case 'registry-kinds':
    case 'machine-types':
    case 'roles':
    case 'permissions':
    case 'templates':
      return WORDS[kind];
    default:
      return ofService(cli, kind, words);
  }
}

const namedOf = (program: CommandUnknownOpts) =>
  program
    .createHelp()
    .visibleCommands(program)
    .map((one) => ({ name: one.name(), summary: one.summary() }));

async function ofService({ around, version }: Cli, kind: Thing, words: readonly string[]) {
  const signal = AbortSignal.any([around.signal, AbortSignal.timeout(DEADLINE_MS)]);
  const said = { url: valueIn(words, '--url'), team: valueIn(words, '--team') };
  const hasty = new Cli({ ...around, signal }, said, version);
  try {
    const repository = () => repositoryOf(hasty, valueIn(words, '--repo', '-R'));
    return await thingsOf(kind, { api: await hasty.api(), repository });
  } catch {
    // Not signed in, offline, too slow: a shell that completes is no place to be told.
    return [];
  }
}

/** What an option has on the line that is being typed. */
function valueIn(words: readonly string[], ...flags: readonly string[]): string | undefined {
  const at = words.findIndex((word) => flags.includes(word));
  if (at !== -1) return words[at + 1];
  const start = flags.map((flag) => `${flag}=`);
  const joined = words.find((word) => start.some((one) => word.startsWith(one)));
  return joined?.slice(joined.indexOf('=') + 1);
}
