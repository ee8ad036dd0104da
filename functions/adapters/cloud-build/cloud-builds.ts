import type { CloudBuildClient, protos } from '@google-cloud/cloudbuild';
import { z } from 'zod';
import { TransientError, UserError } from '#core/errors.ts';
import type { CloudBuildView } from '#core/events.ts';
import { attemptTag } from '#core/ids.ts';
import type { CloudBuildSpec, CloudBuilds } from '#core/ports.ts';
import { CloudBuildResource, viewOf } from './view.ts';

export interface CloudBuildSettings {
  readonly projectId: string;
  readonly region: string;
  readonly builderImage: string;
  /** The account that builds run as: `projects/P/serviceAccounts/EMAIL`. */
  readonly serviceAccount: string;
  readonly exchangeUrl: string;
  readonly queueTtlS: number;
}

/** gRPC codes where asking again cannot help: invalid argument, not found, denied, failed precondition, unimplemented. */
const PERMANENT = new Set([3, 5, 7, 9, 12]);
const NOT_FOUND = 5;
const FAILED_PRECONDITION = 9;

/** The operation's metadata is a BuildOperationMetadata; its build has the id, and statuses as numbers. */
const CreatedMetadata = z.object({ build: z.object({ id: z.string().min(1) }) });

/** Cloud Build through its own client, in one region. */
export function cloudBuilds(client: CloudBuildClient, settings: CloudBuildSettings): CloudBuilds {
  const { projectId, region } = settings;
  const parent = `projects/${projectId}/locations/${region}`;
  return {
    async create(spec) {
      try {
        const build = buildResource(settings, spec);
        const [operation] = await client.createBuild({ parent, projectId, build });
        const metadata: unknown = operation.metadata;
        return CreatedMetadata.parse(metadata).build;
      } catch (error) {
        throw mapped(error, 'Cloud Build did not take the build');
      }
    },
    async get(id) {
      try {
        const [build] = await client.getBuild({ name: `${parent}/builds/${id}`, projectId, id });
        return viewOf(CloudBuildResource.parse(build));
      } catch (error) {
        if (codeOf(error) === NOT_FOUND) return null;
        throw mapped(error, `Cloud Build did not say how ${id} stands`);
      }
    },
    async ofAttempt(buildId, attempt) {
      try {
        const filter = `tags="${attemptTag(buildId, attempt)}"`;
        const [builds] = await client.listBuilds({ parent, projectId, filter, pageSize: 50 });
        return builds.map((build): CloudBuildView => viewOf(CloudBuildResource.parse(build)));
      } catch (error) {
        throw mapped(error, 'Cloud Build did not list its builds');
      }
    },
    async cancel(id) {
      try {
        await client.cancelBuild({ name: `${parent}/builds/${id}`, projectId, id });
      } catch (error) {
        const code = codeOf(error);
        if (code === NOT_FOUND || code === FAILED_PRECONDITION) return;
        throw mapped(error, `Cloud Build did not cancel ${id}`);
      }
    },
  };
}

/** The Build: one step, and nothing in it that is secret. */
function buildResource(
  settings: CloudBuildSettings,
  spec: CloudBuildSpec,
): protos.google.devtools.cloudbuild.v1.IBuild {
  const env = {
    BITFLOW_BUILD_ID: spec.buildId,
    BITFLOW_ATTEMPT: String(spec.attempt),
    BITFLOW_EXCHANGE_URL: settings.exchangeUrl,
    BITFLOW_EXCHANGE_TOKEN: spec.exchangeToken,
    CLOUD_BUILD_ID: '$BUILD_ID',
    GOOGLE_CLOUD_PROJECT: settings.projectId,
  };
  return {
    steps: [
      { name: settings.builderImage, env: Object.entries(env).map(([name, value]) => `${name}=${value}`) },
    ],
    timeout: { seconds: spec.timeoutS },
    queueTtl: { seconds: settings.queueTtlS },
    tags: ['bitflow', attemptTag(spec.buildId, spec.attempt)],
    serviceAccount: settings.serviceAccount,
    options: {
      logging: 'CLOUD_LOGGING_ONLY',
      ...(spec.machineType !== null && { machineType: spec.machineType }),
    },
  };
}

function mapped(error: unknown, what: string): Error {
  const code = codeOf(error);
  const said = error instanceof Error ? error.message : String(error);
  if (code !== null && PERMANENT.has(code))
    return new UserError('refused', `${what}: ${said}`, { cause: error });
  if (code !== null) return new TransientError(what, { cause: error });
  return error instanceof Error ? error : new Error(what, { cause: error });
}

function codeOf(error: unknown): number | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : null;
}
