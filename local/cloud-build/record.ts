import type { RequestedBuild } from './build-request.ts';

export type BuildStatus =
  | 'QUEUED'
  | 'WORKING'
  | 'SUCCESS'
  | 'FAILURE'
  | 'INTERNAL_ERROR'
  | 'TIMEOUT'
  | 'CANCELLED'
  | 'EXPIRED';

export const isTerminal = (status: BuildStatus) => status !== 'QUEUED' && status !== 'WORKING';

export type StepState = {
  readonly status: BuildStatus;
  readonly startTime?: Date;
  readonly endTime?: Date;
  readonly exitCode?: number;
  /** what the step wrote to `$BUILDER_OUTPUT/output`, cut at 50 KB */
  readonly output: Buffer;
};

/** A build at one moment. Never changed: the next moment is a new record, so that lists can be late. */
export type BuildRecord = {
  /** grows with every build: the order of lists */
  readonly sequence: number;
  readonly id: string;
  readonly projectId: string;
  readonly projectNumber: string;
  readonly location: string;
  /** as it was asked for, for RetryBuild */
  readonly original: RequestedBuild;
  /** with its parameters replaced */
  readonly request: RequestedBuild;
  readonly status: BuildStatus;
  readonly statusDetail?: string;
  readonly failureDetail?: string;
  readonly createTime: Date;
  readonly startTime?: Date;
  readonly finishTime?: Date;
  readonly steps: readonly StepState[];
};

/** `timeout` when a build names none: 60 minutes, says the comment on `Build.timeout` in cloudbuild.proto. */
export const defaultTimeoutMs = 3_600_000;
/** `queue_ttl` when a build names none, from cloud.google.com/build/docs/build-config-file-schema#queuettl. */
export const defaultQueueTtlMs = 3_600_000;

/** What a Build message holds, before it is written as protobuf or as JSON: durations are still apart. */
class Duration {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
}

type Value =
  | string
  | number
  | boolean
  | Date
  | Duration
  | Buffer
  | null
  | undefined
  | readonly Value[]
  | Fields;
type Fields = { readonly [name: string]: Value };

const timeSpan = (startTime?: Date, endTime?: Date) => (startTime ? { startTime, endTime } : undefined);

const buildFields = (build: BuildRecord): Fields => {
  const { request } = build;
  const done = isTerminal(build.status);
  return {
    name: `projects/${build.projectNumber}/locations/${build.location}/builds/${build.id}`,
    id: build.id,
    projectId: build.projectId,
    status: build.status,
    statusDetail: build.statusDetail,
    failureInfo: build.failureDetail ? { type: 'USER_BUILD_STEP', detail: build.failureDetail } : undefined,
    createTime: build.createTime,
    startTime: build.startTime,
    finishTime: build.finishTime,
    timeout: new Duration(request.timeout || defaultTimeoutMs),
    queueTtl: new Duration(request.queueTtl || defaultQueueTtlMs),
    steps: request.steps.map((step, index) => ({
      ...step,
      timeout: step.timeout == null ? undefined : new Duration(step.timeout),
      // "step status is not updated in real-time as the build progresses": cloudbuild.proto, BuildStep.status.
      ...(done && {
        status: build.steps[index]?.status,
        exitCode: build.steps[index]?.exitCode,
        timing: timeSpan(build.steps[index]?.startTime, build.steps[index]?.endTime),
      }),
    })),
    results:
      build.status === 'SUCCESS' ? { buildStepOutputs: build.steps.map((step) => step.output) } : undefined,
    timing: done ? { BUILD: timeSpan(build.startTime, build.finishTime) } : undefined,
    tags: request.tags,
    options: request.options,
    serviceAccount: request.serviceAccount,
    logsBucket: request.logsBucket,
    logUrl: `https://console.cloud.google.com/cloud-build/builds/${build.id}?project=${build.projectNumber}`,
  };
};

/** proto3 leaves out what has its default value, in both encodings. */
const isEmpty = (value: unknown) => {
  if (Buffer.isBuffer(value)) return value.length === 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return !value;
};

type Leaves = { time(at: Date): unknown; duration(ms: number): unknown; bytes(data: Buffer): unknown };

const write = (value: Value, leaves: Leaves): unknown => {
  if (value instanceof Date) return leaves.time(value);
  if (value instanceof Duration) return leaves.duration(value.ms);
  if (Buffer.isBuffer(value)) return leaves.bytes(value);
  if (Array.isArray(value)) return value.map((item: Value) => write(item, leaves));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, field]): [string, unknown] => [
    name,
    write(field, leaves),
  ]);
  return Object.fromEntries(fields.filter(([, field]) => !isEmpty(field)));
};

const writeBuild = (build: BuildRecord, leaves: Leaves): Record<string, unknown> => {
  const fields = Object.entries(buildFields(build)).map(([name, value]): [string, unknown] => [
    name,
    write(value, leaves),
  ]);
  const { substitutions } = build.request;
  // A map keeps its empty values.
  const maps = isEmpty(substitutions) ? {} : { substitutions };
  return { ...Object.fromEntries(fields.filter(([, value]) => !isEmpty(value))), ...maps };
};

const seconds = (ms: number) => ({ seconds: Math.floor(ms / 1000), nanos: Math.round((ms % 1000) * 1e6) });

/** The build as @grpc/proto-loader takes a google.devtools.cloudbuild.v1.Build. */
export const toWire = (build: BuildRecord) =>
  writeBuild(build, { time: (at) => seconds(at.getTime()), duration: seconds, bytes: (data) => data });

/** The build in the proto3 JSON mapping (protobuf.dev/programming-guides/json): what `cloud-builds` carries. */
export const toJson = (build: BuildRecord) =>
  writeBuild(build, {
    time: (at) => at.toISOString(),
    duration: (ms) => `${ms / 1000}s`,
    bytes: (data) => data.toString('base64'),
  });
