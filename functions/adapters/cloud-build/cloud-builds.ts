import type { CloudBuildClient } from '@google-cloud/cloudbuild';
import { z } from 'zod';
import { TransientError, UserError } from '#core/errors.ts';
import type { CloudBuildView } from '#core/events.ts';
import { attemptTag } from '#core/ids.ts';
import type { CloudBuildCreator, CloudBuilds } from '#core/ports.ts';
import { buildResource, type CloudBuildPlace, type CloudBuildSettings } from './resource.ts';
import { CloudBuildResource, viewOf } from './view.ts';

/** gRPC codes where asking again cannot help: invalid argument, not found, denied, failed precondition, unimplemented. */
const PERMANENT = new Set([3, 5, 7, 9, 12]);
const NOT_FOUND = 5;
const FAILED_PRECONDITION = 9;

/** The operation's metadata is a BuildOperationMetadata; its build has the id, and statuses as numbers. */
const CreatedMetadata = z.object({ build: z.object({ id: z.string().min(1) }) });

/** Cloud Build through its own client, in one region. */
export function cloudBuilds(client: CloudBuildClient, { projectId, region }: CloudBuildPlace): CloudBuilds {
  const parent = parentOf({ projectId, region });
  return {
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

/** The same, for the one who creates them. */
export function cloudBuildCreator(client: CloudBuildClient, settings: CloudBuildSettings): CloudBuildCreator {
  const { projectId } = settings;
  return {
    ...cloudBuilds(client, settings),
    async create(spec) {
      try {
        const build = buildResource(settings, spec);
        const [operation] = await client.createBuild({ parent: parentOf(settings), projectId, build });
        const metadata: unknown = operation.metadata;
        return CreatedMetadata.parse(metadata).build;
      } catch (error) {
        throw mapped(error, 'Cloud Build did not take the build');
      }
    },
  };
}

const parentOf = ({ projectId, region }: CloudBuildPlace): string =>
  `projects/${projectId}/locations/${region}`;

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
