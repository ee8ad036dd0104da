import { z } from 'zod';
import type { Machine } from '#local/machine.ts';
import { type Stack, startStack } from '#local/stack.ts';
import type { StackOptions } from '#local/stack-options.ts';

export interface Credential {
  readonly username: string;
  readonly password: string;
}

/** A stack, and what the measuring needs of its functions' environment. */
export interface BenchStack {
  readonly stack: Stack;
  /** Writes to staging and cache, as a builder does. */
  readonly credential: Credential;
  /** What every function has, for one that is none of ours. */
  readonly commonEnv: Readonly<Record<string, string>>;
}

const BuilderEnv = z.object({ BUILDER_REGISTRY_USERNAME: z.string(), BUILDER_REGISTRY_PASSWORD: z.string() });
const CommonEnv = z.object({
  GOOGLE_CLOUD_PROJECT: z.string(),
  FIRESTORE_EMULATOR_HOST: z.string(),
  METADATA_SERVER_DETECTION: z.string(),
});

/** As Cloud Scheduler calls it. */
const SWEEP_EVERY_MS = 60_000;

export async function startBenchStack(
  machine: Machine,
  log: StackOptions['log'],
  more: Pick<StackOptions, 'envOf' | 'pushTo' | 'sweepEveryMs'> = {},
): Promise<BenchStack> {
  let seen: Readonly<Record<string, string>> = {};
  const stack = await startStack({
    machine,
    log,
    sweepEveryMs: SWEEP_EVERY_MS,
    ...more,
    envOf: (name, env) => {
      seen = env;
      return more.envOf?.(name, env) ?? env;
    },
  });
  const builder = BuilderEnv.parse(seen);
  return {
    stack,
    credential: {
      username: builder.BUILDER_REGISTRY_USERNAME,
      password: builder.BUILDER_REGISTRY_PASSWORD,
    },
    commonEnv: CommonEnv.parse(seen),
  };
}
