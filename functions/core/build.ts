import { z } from 'zod';
import { BuildConfig } from './build-config.ts';
import { Concurrency } from './concurrency.ts';
import { COMMIT_SHA, isFullName, isInnerPath, isRefName, OCI_TAG } from './git-names.ts';
import { MachineType } from './team.ts';

/** How a builder is asked for; `auto` looks at the checkout and says why it chose. */
export const BuilderType = z.enum(['auto', 'nixpacks', 'dockerfile']);
export type BuilderType = z.infer<typeof BuilderType>;

/** Every state of a build. The terminal ones change no more (`transition.ts` holds the one exception). */
export const BuildStatus = z.enum([
  'waiting_approval',
  'queued',
  'submitting',
  'submitted',
  'running',
  'promoting',
  'cancelling',
  'succeeded',
  'failed',
  'cancelled',
  'timed_out',
  'expired',
]);
export type BuildStatus = z.infer<typeof BuildStatus>;

const TERMINAL: ReadonlySet<BuildStatus> = new Set([
  'succeeded',
  'failed',
  'cancelled',
  'timed_out',
  'expired',
]);
const HOLDING_A_SLOT: ReadonlySet<BuildStatus> = new Set([
  'submitting',
  'submitted',
  'running',
  'cancelling',
]);

/** Whether a build in this state has ended. */
export const isTerminal = (status: BuildStatus): boolean => TERMINAL.has(status);

/** The states in which a build holds one of its pool's slots. */
export const SLOT_STATES: readonly BuildStatus[] = [...HOLDING_A_SLOT];

/** What went wrong, as a stable code for programs. The message beside it is for people. */
export const BuildErrorCode = z.enum([
  'no_builder',
  'config_invalid',
  'path_refused',
  'commit_not_found',
  'clone_failed',
  'submodule_failed',
  'lfs_failed',
  'dockerfile_invalid',
  'base_image_unavailable',
  'install_failed',
  'build_failed',
  'secret_missing',
  'secret_leaked',
  'image_too_large',
  'registry_unavailable',
  'disk_full',
  'builder_ended',
  'builder_silent',
  'timed_out',
  'submit_refused',
  'team_not_provisioned',
  'cloud_build_failed',
  'digest_mismatch',
  'promotion_failed',
  'internal',
]);
export type BuildErrorCode = z.infer<typeof BuildErrorCode>;

export const BuildError = z.object({
  code: BuildErrorCode,
  message: z.string().max(4000),
  /** Who said so: the builder's cause replaces the vaguer one that Cloud Build gave first. */
  source: z.enum(['builder', 'cloud_build', 'service']),
});
export type BuildError = z.infer<typeof BuildError>;

/** A part of a build's way, in ms since the epoch; `finished_at` is null while it runs. */
export const Stage = z.object({
  name: z.enum(['clone', 'plan', 'build', 'push']),
  started_at: z.int().nonnegative(),
  finished_at: z.int().nonnegative().nullable(),
});
export type Stage = z.infer<typeof Stage>;

export const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** What a builder produced. `index_digest` names the OCI index; each platform's own manifest stands beside it. */
export const BuildResult = z.object({
  index_digest: Digest,
  manifests: z
    .array(z.object({ platform: z.string().max(64), manifest_digest: Digest }))
    .min(1)
    .max(32),
  /** Compressed bytes of the platforms' layers and configs, as a pull transfers them. */
  size_bytes: z.int().nonnegative(),
  builder_type: BuilderType.exclude(['auto']),
  /** The image's build steps, and how many of them a cache had; left out where the builder does not say. */
  steps: z.object({ total: z.int().nonnegative(), cached: z.int().nonnegative() }).optional(),
});
export type BuildResult = z.infer<typeof BuildResult>;

/** Something to be done after the transaction that decided it; cleared when done. Doing it twice is harmless. */
export const Effect = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('wake_submit') }),
  z.object({
    kind: z.literal('cancel_cloud_build'),
    attempt: z.int(),
    cloud_build_id: z.string().nullable(),
  }),
  z.object({ kind: z.literal('promote') }),
  /** Tells the git host how the builds of the commit stand. */
  z.object({ kind: z.literal('report') }),
]);
export type Effect = z.infer<typeof Effect>;

/** How far a builder that cannot publish says that its build is: see `callback.ts`. */
export const CallbackStatus = z.enum(['RUNNING', 'SUCCEEDED', 'FAILED']);
export type CallbackStatus = z.infer<typeof CallbackStatus>;

/** Where a build came from. */
export const Origin = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('delivery'), delivery_id: z.string() }),
  /** Who asked for it: an API token's id, or a person's e-mail address. */
  z.object({ kind: z.literal('api'), caller_id: z.string() }),
  /** A time that a schedule of its repository named (ms since the epoch). */
  z.object({ kind: z.literal('schedule'), due_at: z.int() }),
]);

/** A build document. Times are ms since the epoch; `null` is "not yet". */
export const Build = z.object({
  version: z.literal(1),
  id: z.string(),
  team: z.string(),
  pool: z.string(),
  repository_id: z.string(),
  /** The connection of the repository that it was created for; no later one gives it anything. */
  connection_id: z.string(),
  repository: z.string().refine(isFullName),
  origin: Origin,
  ref: z.string().refine(isRefName).nullable(),
  commit_sha: z.string().regex(COMMIT_SHA),
  /** The commit that the ref pointed to before this push: links pushes of one ref to each other. */
  before_sha: z.string().regex(COMMIT_SHA).nullable(),
  /** When the host took the push in, by the host's clock; else when we did. */
  pushed_at: z.int(),
  /** The place in the order of pushes, stamped by `submit`; tags only move to a higher one. */
  order: z.number().nullable(),
  image: z.object({
    /** Where it is released (`host/path`): one of the team's own registries; null: the installation's. */
    registry: z.string().nullable(),
    /** Its path there, the team's prefix first. */
    name: z.string(),
    tags: z.array(z.string().regex(OCI_TAG)).min(1).max(16),
  }),
  /** When its image goes again (ms since the epoch); null: it stays. */
  expires_at: z.int().nullable(),
  /** The pull request that it is of; null: none. */
  pull_request: z.object({ number: z.int().positive(), fork: z.boolean() }).nullable(),
  /** Whether its code is the team's own: else it gets no secret, and writes no cache that others read. */
  trusted: z.boolean(),
  /** Which builds it gives way to, and how; null: it runs beside any other. */
  concurrency: z.object({ group: z.string(), policy: Concurrency }).nullable(),
  config: BuildConfig,
  /** The machine that the team's builds run on; null: Cloud Build's default. */
  machine_type: MachineType.nullable(),
  /** The first of the builds that this one repeats; null: it repeats none. */
  retry_of: z.string().nullable(),
  requested_builder: BuilderType,
  root_directory: z.string().refine(isInnerPath),
  timeout_s: z.int().positive(),
  queue_ttl_s: z.int().positive(),
  status: BuildStatus,
  reason: z.string().nullable(),
  /** The build of a later push that it gave way to (`reason` is `superseded`). */
  superseded_by: z.string().nullable(),
  error: BuildError.nullable(),
  attempt: z.int().nonnegative(),
  cloud_build_id: z.string().nullable(),
  /** Whether `cloud_build_id` redeemed the exchange token of this attempt: then it alone is believed. */
  bound: z.boolean(),
  /** The callbacks of this attempt that were accepted, in order: each status once. */
  callbacks: z.array(CallbackStatus).max(2).default([]),
  builder_type: BuilderType.exclude(['auto']).nullable(),
  stages: z.array(Stage).max(16),
  result: BuildResult.nullable(),
  /** The tags that were this build's when it last entered or left `promoting`; no later push had them then. */
  moved_tags: z.array(z.string()).max(16),
  /** The number of the log's last chunk, once the builder named it. */
  last_log_chunk: z.int().nullable(),
  effects: z.array(Effect).max(16),
  created_at: z.int(),
  queued_at: z.int(),
  submitting_at: z.int().nullable(),
  started_at: z.int().nullable(),
  promoting_at: z.int().nullable(),
  finished_at: z.int().nullable(),
  updated_at: z.int(),
});
export type Build = z.infer<typeof Build>;
