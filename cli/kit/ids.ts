import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { clean } from './text.ts';

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
