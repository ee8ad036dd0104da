import { z } from 'zod';
import { type Build, BuildErrorCode, BuilderType, BuildResult, Stage } from './build.ts';

/** Whose fault a failed build is; the builder's exit code says the same (`exit-codes.ts`). */
export const Fault = z.enum(['user', 'transient', 'bug']);
export type Fault = z.infer<typeof Fault>;

const LAST_CHUNK = z.int().nonnegative().nullable();

/** What a builder says of its attempt. `stages` is all there were so far, so a late or doubled event harms nothing. */
export const BuilderReport = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('progress'),
    stages: z.array(Stage).max(16),
    builder_type: BuilderType.exclude(['auto']).nullable(),
  }),
  z.object({
    type: z.literal('built'),
    stages: z.array(Stage).max(16),
    result: BuildResult,
    last_log_chunk: LAST_CHUNK,
  }),
  z.object({
    type: z.literal('failed'),
    stages: z.array(Stage).max(16),
    code: BuildErrorCode,
    message: z.string().max(4000),
    fault: Fault,
    last_log_chunk: LAST_CHUNK,
  }),
]);
export type BuilderReport = z.infer<typeof BuilderReport>;

/** The body of a message on `build-events`; the attribute `signature` is `signBody` over its exact bytes. */
export const BuilderMessage = z.object({
  version: z.literal(1),
  build_id: z.string().max(64),
  attempt: z.int().positive(),
  cloud_build_id: z.string().max(128),
  report: BuilderReport,
});
export type BuilderMessage = z.infer<typeof BuilderMessage>;

/** One line of a log, as the builder saw it; `seq` counts from 0 without holes. */
export const LogLine = z.object({
  seq: z.int().nonnegative(),
  at: z.int().nonnegative(),
  stage: z.string().max(32),
  text: z.string(),
});
export type LogLine = z.infer<typeof LogLine>;

/** The body of a message on `build-logs`: one numbered chunk (from 0), created once. */
export const LogChunk = z.object({
  version: z.literal(1),
  build_id: z.string().max(64),
  attempt: z.int().positive(),
  cloud_build_id: z.string().max(128),
  chunk: z.int().nonnegative().max(100_000),
  lines: z.array(LogLine).min(1).max(20_000),
});
export type LogChunk = z.infer<typeof LogChunk>;

/** What `$BUILDER_OUTPUT/output` holds (JSON): Cloud Build keeps it with the build, so `sweep` can recover it. */
export const BuilderOutput = z.object({
  version: z.literal(1),
  attempt: z.int().positive(),
  result: BuildResult,
  stages: z.array(Stage).max(16),
  last_log_chunk: LAST_CHUNK,
});
export type BuilderOutput = z.infer<typeof BuilderOutput>;

/** How a Cloud Build stands, in the domain's words. */
export const CloudBuildState = z.enum([
  'queued',
  'working',
  'succeeded',
  'failed',
  'internal_error',
  'timed_out',
  'cancelled',
  'expired',
]);
export type CloudBuildState = z.infer<typeof CloudBuildState>;

/** A Cloud Build as the service sees it: through a message, a get or a list. */
export interface CloudBuildView {
  readonly id: string;
  readonly attempts: readonly { buildId: string; attempt: number }[];
  readonly state: CloudBuildState;
  readonly detail: string;
  readonly exitCode: number | null;
  readonly output: BuilderOutput | null;
}

/** Everything that can happen to a build. `at` is ms since the epoch. */
export type BuildEvent = { readonly at: number } & (
  | { readonly type: 'approved' }
  | { readonly type: 'stamped'; readonly order: number }
  | { readonly type: 'claimed' }
  | { readonly type: 'cloud_build_created'; readonly attempt: number; readonly cloud_build_id: string }
  | { readonly type: 'submit_refused'; readonly attempt: number; readonly message: string }
  | { readonly type: 'cloud_build_lost'; readonly attempt: number }
  | { readonly type: 'exchanged'; readonly attempt: number; readonly cloud_build_id: string }
  | {
      readonly type: 'reported';
      readonly attempt: number;
      readonly cloud_build_id: string;
      readonly report: BuilderReport;
    }
  | {
      /** A callback of a builder that cannot publish, as the report that it stands for. */
      readonly type: 'called_back';
      readonly attempt: number;
      readonly builder_type: Build['builder_type'];
      readonly report: BuilderReport;
    }
  | {
      readonly type: 'cloud_build_changed';
      readonly attempt: number;
      readonly view: CloudBuildView;
      readonly asked: boolean;
    }
  | {
      /** The builder came, and there is nothing that it could be given. */
      readonly type: 'grant_refused';
      readonly attempt: number;
      readonly code: 'team_not_provisioned';
      readonly message: string;
    }
  | { readonly type: 'result_refused'; readonly attempt: number; readonly message: string }
  | { readonly type: 'promoted' }
  | {
      readonly type: 'promotion_failed';
      readonly code: 'promotion_failed';
      readonly message: string;
    }
  | { readonly type: 'cancel_requested' }
  | { readonly type: 'superseded'; readonly by: string }
  | { readonly type: 'disconnected' }
  | { readonly type: 'queue_expired' }
);

/** One kind of event. */
export type EventOf<T extends BuildEvent['type']> = Extract<BuildEvent, { type: T }>;
