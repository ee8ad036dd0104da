import { z } from 'zod';
import { BuildErrorCode, BuilderType } from './build.ts';
import { ExchangeGrant } from './exchange.ts';
import { SecretName } from './repository.ts';

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

/** What the planner is asked: the part of a build's grant that a plan depends on, with secrets by name only. */
export const PlanRequest = z.strictObject({
  version: z.literal(1),
  build: ExchangeGrant.shape.build.omit({ id: true, attempt: true, timeout_s: true }).strict(),
  clone: ExchangeGrant.shape.clone.strict(),
  secret_names: z.array(SecretName).max(100),
});
export type PlanRequest = z.infer<typeof PlanRequest>;

/** What the planner answers: 200 with a plan, or 422 with what the build would fail with. */
export const PlanAnswer = z.union([z.object({ plan: Plan }), z.object({ error: PlanError })]);
export type PlanAnswer = z.infer<typeof PlanAnswer>;
