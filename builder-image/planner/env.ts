import { z } from 'zod';
import { MachineEnv, problemsOf } from '../env.ts';

const Emails = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(z.email()).min(1));

export const Env = MachineEnv.extend({
  /** Where to listen; Cloud Run sets PORT. */
  HOST: z.string().min(1).default('0.0.0.0').meta({ local: true }),
  PORT: z.coerce.number().int().min(1).max(65_535).default(8080).meta({ local: true }),
  /** Our own address, as callers name it: identity tokens must be made out to it. */
  PLANNER_URL: z.url(),
  /** The accounts that may ask. */
  PLANNER_CALLERS: Emails,
  IDENTITY_ISSUER: z.string().min(1).default('https://accounts.google.com').meta({ local: true }),
  IDENTITY_JWKS_URL: z.url().default('https://www.googleapis.com/oauth2/v3/certs').meta({ local: true }),
  /** How many plans are made side by side; Cloud Run's own concurrency should be the same. */
  PLANS_AT_ONCE: z.coerce.number().int().positive().default(1),
  /** How long a plan may take (s), the clone included. */
  PLAN_TIMEOUT_S: z.coerce.number().int().positive().max(600).default(60),
});

/** Everything the planner is told from outside. */
export type PlannerEnv = z.infer<typeof Env>;

/** Parses the environment; throws one error that names every wrong or missing variable. */
export function parsePlannerEnv(from: NodeJS.ProcessEnv = process.env): PlannerEnv {
  const parsed = Env.safeParse(from);
  if (parsed.success) return parsed.data;
  throw new Error(`the planner's environment is wrong: ${problemsOf(parsed.error).join('; ')}`);
}
