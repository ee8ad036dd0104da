import { parseArgs } from 'node:util';
import { z } from 'zod';

export const USAGE = `npm run bench [-- OPTIONS]    measures the service against doing the same by hand

  --json FILE          write every figure, with the raw samples, as JSON too
  --rounds N           how often each thing is measured (default 5)
  --only PART          builds or webhooks; else both`;

const Options = z.object({
  json: z.string().min(1).optional(),
  rounds: z.coerce.number().int().min(1).max(100),
  only: z.enum(['builds', 'webhooks']).optional(),
  help: z.boolean().default(false),
});
export type BenchOptions = z.infer<typeof Options>;

/** Parses the command line; throws an error with the usage for what it does not know. */
export function parseOptions(args: readonly string[]): BenchOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: 'string' },
        rounds: { type: 'string', default: '5' },
        only: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    return Options.parse(values);
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new Error(`${why}\n\n${USAGE}`, { cause });
  }
}
