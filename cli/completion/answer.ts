import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { Cli } from '../kit/cli.ts';
import { clean, shorten } from '../kit/text.ts';
import { type Candidate, complete } from './complete.ts';
import type { Kind } from './kinds.ts';
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
  const { candidates, more } = complete(program, [...typed.words.slice(0, -1), current]);
  const things = more === null ? [] : await found(cli, program, more.kind, typed.words.slice(0, -1));
  const before = more?.before ?? '';
  const all = [...candidates, ...things.map(({ value, about }) => ({ value: before + value, about }))];
  for (const { value, about } of all)
    if (value.startsWith(current) && PLAIN.test(value))
      cli.screen.raw(
        `${value.slice(typed.kept.length)}\t${shorten(clean(about).replaceAll('\t', ' '), 60)}\n`,
      );
  if (more?.kind === 'files' || more?.kind === 'directories') cli.screen.raw(`:${more.kind}\n`);
}

async function found(
  { around, version }: Cli,
  program: CommandUnknownOpts,
  kind: Kind,
  words: readonly string[],
): Promise<readonly Candidate[]> {
  const signal = AbortSignal.any([around.signal, AbortSignal.timeout(DEADLINE_MS)]);
  const said = { url: valueIn(words, '--url'), team: valueIn(words, '--team') };
  const hasty = new Cli({ ...around, signal }, said, version);
  try {
    const things = await thingsOf(kind, program, () => hasty.api());
    return things.filter(({ value }) => !value.startsWith('-'));
  } catch {
    // Not signed in, offline, too slow: a shell that completes is no place to be told.
    return [];
  }
}

/** What an option has on the line that is being typed. */
function valueIn(words: readonly string[], flag: string): string | undefined {
  const at = words.indexOf(flag);
  return at === -1
    ? words.find((word) => word.startsWith(`${flag}=`))?.slice(flag.length + 1)
    : words[at + 1];
}
