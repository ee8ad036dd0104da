import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import type { Found } from './pages.ts';
import { clean } from './text.ts';

/** How many of a list are looked through for a shortened id, the newest first. */
const MOST = 1000;

/** Things that are told apart by an id. */
export interface Kind {
  /** One of them, as people call it: "build". */
  readonly what: string;
  /** What a whole id looks like. */
  readonly whole: RegExp;
  /** Where to see them all: a command. */
  readonly next: string;
}

/**
 * The whole id for one that may be shortened. A whole one is not looked for: the service says whether it is there.
 * Throws CliError as `unambiguous` does.
 * @param list the newest `limit` of them.
 */
export async function wholeId(
  given: string,
  { what, whole, next }: Kind,
  list: (limit: number) => Promise<Pick<Found<{ readonly id: string }>, 'items' | 'more'>>,
): Promise<string> {
  if (whole.test(given)) return given;
  if (given === '') throw new CliError(EXIT.usage, '"" names nothing', 'Write an id, or its beginning.');
  const { items, more } = await list(MOST);
  const ids = items.map(({ id }) => id);
  if (!more || ids.some((id) => id.startsWith(given))) return unambiguous(given, ids, what, next);
  throw new CliError(
    EXIT.notFound,
    `none of the newest ${MOST} has an id that begins with ${JSON.stringify(clean(given))}`,
    'Write the whole id.',
  );
}

/**
 * The one of these ids that a shortened one stands for. Throws CliError: 4 where there is none, 2 where there are
 * several, with what they are.
 * @param what a thing of their kind, as people call it: "build".
 * @param next where to see them all: a command.
 */
export function unambiguous(given: string, ids: readonly string[], what: string, next: string): string {
  const found = ids.filter((id) => id === given || id.startsWith(given));
  const [only, ...others] = found.includes(given) ? [given] : found;
  if (only === undefined)
    throw new CliError(
      EXIT.notFound,
      `there is no ${what} ${JSON.stringify(clean(given))}`,
      `See them: ${next}`,
    );
  if (others.length === 0) return only;
  const some = found.slice(0, 5).join(', ');
  throw new CliError(
    EXIT.usage,
    `${JSON.stringify(given)} could be several: ${some}${found.length > 5 ? ', …' : ''}`,
    'Write more of it.',
  );
}
