import { z } from 'zod';
import { isInnerPath } from './git-names.ts';

/** How a build uses caches: as usual; not at all; or nothing is read and all is written anew. */
export const CacheMode = z.enum(['on', 'off', 'refresh']);
export type CacheMode = z.infer<typeof CacheMode>;

/** The platforms that a builder can make an image for. */
export const ImagePlatform = z.enum(['linux/amd64'], {
  error: 'images are made for linux/amd64 only, so far',
});
export type ImagePlatform = z.infer<typeof ImagePlatform>;

/** The versions of nixpacks that the builder image has. */
const NIXPACKS_VERSIONS = ['1.41.0'] as const;
export const NixpacksVersion = z.enum(NIXPACKS_VERSIONS, {
  error: `the builder image has nixpacks ${NIXPACKS_VERSIONS.join(', ')}`,
});

/** How long a build may wait for a slot (s). */
export const QUEUE_TTL_S = 3600;

/** How long a build may take, unless said otherwise, and at most (s): Cloud Build's own limit is 24 h. */
export const DEFAULT_TIMEOUT_S = 1800;
export const MAX_TIMEOUT_S = 86_400;

/**
 * A variable's name (POSIX, "Environment Variable Definition": letters, digits and _, no digit first). Not `__X__`:
 * Firestore keeps such field names for itself.
 */
export const VARIABLE_NAME = /^(?!__.*__$)[A-Za-z_][A-Za-z0-9_]{0,127}$/;
export const VariableName = z
  .string()
  .regex(
    VARIABLE_NAME,
    'must be letters, digits and _, not starting with a digit, at most 128, and not __like this__',
  );

/** What carries an image's environment through BuildKit: a build argument of this and the variable's name. */
export const ENVIRONMENT_ARG = 'BITFLOW_ENV_';

/** Whether a build argument would be an order to BuildKit, in any case, or one of those that the builder adds. */
export const isOrder = (name: string): boolean =>
  /^BUILDKIT_/i.test(name) || name.startsWith(ENVIRONMENT_ARG);

/** How many variables of one kind there may be. */
export const MAX_VARIABLES = 100;

/** What all variables of one kind may have together (bytes of names and values). */
const MAX_VARIABLES_BYTES = 32_768;

// biome-ignore lint/suspicious/noControlCharactersInRegex: the one that no environment can hold
const NO_NUL = /^[^\x00]*$/;

/** Variables by name. Values are no secrets: they are kept with the build, and may be in its image and log. */
export const Variables = z
  .record(VariableName, z.string().regex(NO_NUL, 'may not hold a NUL character'))
  .refine((variables) => Object.keys(variables).length <= MAX_VARIABLES, `may be ${MAX_VARIABLES} at most`)
  .refine(
    (variables) =>
      Object.entries(variables).reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0) <=
      MAX_VARIABLES_BYTES,
    'may have 32 KiB together',
  );
export type Variables = z.infer<typeof Variables>;

/** How an image is to be built, as it was decided when the build was created: a retry has the same. */
export const BuildConfig = z.object({
  /** The image's environment (ENV), unseen by the build's commands. */
  environment: Variables,
  /** What the build's commands see (ARG), and the image does not keep. */
  build_args: Variables,
  cache: CacheMode,
  platforms: z.array(ImagePlatform).min(1).max(1),
  /** The version of nixpacks that was asked for; null: the builder image's. */
  nixpacks_version: NixpacksVersion.nullable(),
  /** Which Dockerfile (relative to the root directory) and which stage of it; null: what `bitflow.toml` says. */
  dockerfile: z.object({ path: z.string().refine(isInnerPath).nullable(), target: z.string().nullable() }),
});
export type BuildConfig = z.infer<typeof BuildConfig>;

/** What is built where nobody said anything. */
export const DEFAULT_CONFIG: BuildConfig = {
  environment: {},
  build_args: {},
  cache: 'on',
  platforms: ['linux/amd64'],
  nixpacks_version: null,
  dockerfile: { path: null, target: null },
};
