import { join } from 'node:path';
import { z } from 'zod';
import { Env as Planner } from '#builder/planner/env.ts';
import { type EnvName, envNames } from '#handlers/env-names.ts';
import { ROOT } from '#local/root.ts';
import { functionNames } from '#ops/bundle/functions.ts';

const Module = z.object({ Env: z.instanceof(z.ZodType) });

export interface FunctionEnv {
  readonly name: string;
  /** What the function parses its environment with. */
  readonly schema: z.ZodType;
  readonly variables: readonly EnvName[];
}

/** Every function of functions/handlers/ with its environment, by name. */
export async function functionEnvs(): Promise<FunctionEnv[]> {
  const names = (await functionNames()).toSorted();
  return Promise.all(
    names.map(async (name) => {
      const { Env } = Module.parse(await import(join(ROOT, 'functions/handlers', name, 'env.ts')));
      return { name, schema: Env, variables: envNames(Env) };
    }),
  );
}

/** The planner's: a service from the builder image, and no function. */
export const plannerEnv: FunctionEnv = { name: 'planner', schema: Planner, variables: envNames(Planner) };
