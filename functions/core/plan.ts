import { z } from 'zod';
import { BuildErrorCode, BuilderType } from './build.ts';

const Names = z.array(z.string());
const Chosen = BuilderType.exclude(['auto']);

/**
 * How a commit would be built, and why: the plan that a build of it executes, without any value of a variable or
 * secret.
 */
export const Plan = z.object({
  builder: Chosen,
  /** Why this builder: who asked for it, or what it found. */
  reason: z.string(),
  /** The builders that were asked before and did not fit. */
  rejected: z.array(z.object({ builder: Chosen, reason: z.string() })),
  /** Why these steps. */
  reasons: z.array(z.string()),
  /** What should be known although the build would go on. */
  warnings: z.array(z.string()),
  /** The command that starts the app, where the builder knows it. */
  start: z.string().nullable(),
  /** The steps of a builder that works them out itself, in their order. */
  phases: z.array(z.object({ name: z.string(), commands: z.array(z.string()) })),
  /** Names of the variables that the image keeps, and of those that only its build sees. */
  variables: z.object({ runtime: Names, build: Names }),
  /** Names of the build secrets that steps may mount. */
  secrets: Names,
  /** Folders that cache mounts keep between builds. */
  caches: Names,
  /** The Dockerfile that BuildKit is given; `path` is the repository's own, null where it is generated. */
  dockerfile: z.object({ path: z.string().nullable(), text: z.string() }),
  /** The stage that is built; null: the last. */
  target: z.string().nullable(),
  /** Names of the build arguments that BuildKit is given. */
  build_args: Names,
});
export type Plan = z.infer<typeof Plan>;

/** Why there is no plan: what a build of this commit would fail with. */
export const PlanError = z.object({ code: BuildErrorCode, message: z.string() });
export type PlanError = z.infer<typeof PlanError>;
