import { parseArgs } from 'node:util';
import { z } from 'zod';

export const USAGE = `npm run test:fuzz [-- OPTIONS]    sends the API what its own document allows, and what it does not

  --cases N    requests at least (default 2000)
  --seed N     to repeat a run`;

const Options = z.object({
  cases: z.coerce.number().int().min(1).max(1_000_000),
  seed: z.coerce.number().int().min(0).optional(),
  help: z.boolean().default(false),
});
export type FuzzOptions = z.infer<typeof Options>;

/** Parses the command line; throws an error with the usage for what it does not know. */
export function parseOptions(args: readonly string[]): FuzzOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        cases: { type: 'string', default: '2000' },
        seed: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    return Options.parse(values);
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new Error(`${why}\n\n${USAGE}`, { cause });
  }
}
