import { z } from 'zod';
import { BuilderOutput, type CloudBuildState, type CloudBuildView } from '#core/events.ts';
import { parseAttemptTag } from '#core/ids.ts';

/** Bytes: base64 in the JSON of a notification, a buffer from the gRPC client. */
const Bytes = z.union([
  z.string().transform((text) => Buffer.from(text, 'base64')),
  z.instanceof(Uint8Array),
]);

/**
 * The parts of a `google.devtools.cloudbuild.v1.Build` that we read, from a notification on `cloud-builds`
 * or from the client. Source: cloud.google.com/build/docs/api/reference/rest/v1/projects.builds
 */
export const CloudBuildResource = z.object({
  id: z.string().min(1).max(128),
  status: z.enum([
    'STATUS_UNKNOWN',
    'PENDING',
    'QUEUED',
    'WORKING',
    'SUCCESS',
    'FAILURE',
    'INTERNAL_ERROR',
    'TIMEOUT',
    'CANCELLED',
    'EXPIRED',
  ]),
  statusDetail: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
  steps: z.array(z.object({ exitCode: z.number().nullish(), status: z.string().nullish() })).nullish(),
  results: z.object({ buildStepOutputs: z.array(Bytes).nullish() }).nullish(),
});
type CloudBuildResource = z.infer<typeof CloudBuildResource>;

const STATES: Record<CloudBuildResource['status'], CloudBuildState> = {
  STATUS_UNKNOWN: 'queued',
  PENDING: 'queued',
  QUEUED: 'queued',
  WORKING: 'working',
  SUCCESS: 'succeeded',
  FAILURE: 'failed',
  INTERNAL_ERROR: 'internal_error',
  TIMEOUT: 'timed_out',
  CANCELLED: 'cancelled',
  EXPIRED: 'expired',
};

/** A Cloud Build in the domain's words. What a step wrote as its output is hostile and may be anything. */
export function viewOf(resource: CloudBuildResource): CloudBuildView {
  const [output] = resource.results?.buildStepOutputs ?? [];
  const exitCode = resource.steps?.find((step) => (step.exitCode ?? 0) !== 0)?.exitCode ?? null;
  return {
    id: resource.id,
    attempts: (resource.tags ?? []).map(parseAttemptTag).filter((attempt) => attempt !== null),
    state: STATES[resource.status],
    detail: resource.statusDetail ?? '',
    exitCode,
    output: output === undefined ? null : parseOutput(output),
  };
}

function parseOutput(bytes: Uint8Array): BuilderOutput | null {
  const text = Buffer.from(bytes).toString('utf8');
  if (text === '') return null;
  const parsed = BuilderOutput.safeParse(jsonOrNull(text));
  return parsed.success ? parsed.data : null;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // not JSON: no output of ours
  }
}
