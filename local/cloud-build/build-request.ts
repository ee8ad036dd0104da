import { status } from '@grpc/grpc-js';
import { z } from 'zod';
import { StatusError } from '../grpc.ts';

/** A duration as the protos have it; held in milliseconds. Negative ones are refused by the rules, not here. */
const durationMs = z
  .object({ seconds: z.string().default('0'), nanos: z.number().default(0) })
  .transform(({ seconds, nanos }) => Number(seconds) * 1000 + nanos / 1e6);

const stepSchema = z.object({
  name: z.string().default(''),
  env: z.array(z.string()).default([]),
  args: z.array(z.string()).default([]),
  dir: z.string().default(''),
  id: z.string().default(''),
  entrypoint: z.string().default(''),
  timeout: durationMs.nullish(),
  allowFailure: z.boolean().default(false),
  allowExitCodes: z.array(z.number()).default([]),
});
export type BuildStep = z.output<typeof stepSchema>;

/** Options that change where a build runs or logs, not what a step sees, are kept and answered, nothing more. */
const optionsSchema = z.object({
  env: z.array(z.string()).default([]),
  substitutionOption: z.enum(['MUST_MATCH', 'ALLOW_LOOSE']).optional(),
  requestedVerifyOption: z.string().optional(),
  machineType: z.string().optional(),
  diskSizeGb: z.string().optional(),
  logStreamingOption: z.string().optional(),
  logging: z.string().optional(),
  defaultLogsBucketBehavior: z.string().optional(),
  enableStructuredLogging: z.boolean().optional(),
  pool: z.object({ name: z.string().default('') }).nullish(),
});

const requestedBuildSchema = z.object({
  steps: z.array(stepSchema).default([]),
  timeout: durationMs.nullish(),
  queueTtl: durationMs.nullish(),
  substitutions: z.record(z.string(), z.string()).default({}),
  tags: z.array(z.string()).default([]),
  options: optionsSchema.nullish().transform((options) => options ?? optionsSchema.parse({})),
  serviceAccount: z.string().default(''),
  logsBucket: z.string().default(''),
});

/** What a caller may ask of this server, with absent fields filled; durations in milliseconds. */
export type RequestedBuild = z.output<typeof requestedBuildSchema>;

// What the real service does and this one does not. Output-only fields in a request are ignored, as there.
const unsupported = {
  build: ['source', 'images', 'artifacts', 'secrets', 'availableSecrets', 'gitConfig', 'dependencies'],
  step: ['waitFor', 'secretEnv', 'volumes', 'script', 'automapSubstitutions'],
  options: [
    'dynamicSubstitutions',
    'automapSubstitutions',
    'secretEnv',
    'volumes',
    'workerPool',
    'sourceProvenanceHash',
  ],
} as const;

const isSet = (value: unknown): boolean => {
  if (value === undefined || value === null || value === false || value === '') return false;
  return typeof value === 'object' ? Object.keys(value).length > 0 || !Array.isArray(value) : true;
};

const looseObject = z.record(z.string(), z.unknown());

const refuse = (value: unknown, names: readonly string[], at: string) => {
  const fields = looseObject.safeParse(value ?? {});
  if (!fields.success) return;
  for (const name of names) {
    if (!isSet(fields.data[name])) continue;
    throw new StatusError(status.UNIMPLEMENTED, `the local Cloud Build does not support ${at}.${name}`);
  }
};

/** The build of a CreateBuildRequest. UNIMPLEMENTED, naming the field, for what this server does not do. */
export const parseRequestedBuild = (value: unknown): RequestedBuild => {
  const build = looseObject.safeParse(value);
  if (!build.success)
    throw new StatusError(status.INVALID_ARGUMENT, 'invalid build: no build field was provided');
  refuse(build.data, unsupported.build, 'build');
  refuse(build.data.options, unsupported.options, 'build.options');
  const steps = z.array(z.unknown()).safeParse(build.data.steps ?? []);
  for (const [index, step] of (steps.data ?? []).entries())
    refuse(step, unsupported.step, `build.steps[${index}]`);
  return requestedBuildSchema.parse(build.data);
};
