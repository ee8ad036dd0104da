import type { PackageDefinition } from '@grpc/proto-loader';
import { z } from 'zod';
import { invalidArgument, notFound, type Projects, parseRequest, serialize } from '../grpc.ts';
import { parseRequestedBuild } from './build-request.ts';
import type { Builds, Place } from './builds.ts';
import { listPage } from './list-builds.ts';
import { type BuildRecord, isTerminal, toWire } from './record.ts';
import { validateRequest, WORKER_POOL } from './validate.ts';

const inProject = z.object({ parent: z.string().default(''), projectId: z.string().default('') });
const createRequest = inProject.extend({ build: z.unknown() });
const listRequest = inProject.extend({
  filter: z.string().default(''),
  pageSize: z.number().default(0),
  pageToken: z.string().default(''),
});
const oneBuild = z.object({
  name: z.string().default(''),
  projectId: z.string().default(''),
  id: z.string().default(''),
});
const operationRequest = z.object({ name: z.string().default('') });

const google = 'type.googleapis.com';
const buildType = 'google.devtools.cloudbuild.v1.Build';
const metadataType = 'google.devtools.cloudbuild.v1.BuildOperationMetadata';

/** google.rpc.Code of an operation whose build ended otherwise than with SUCCESS. */
const operationError = (build: BuildRecord) => {
  const codes = { CANCELLED: 1, TIMEOUT: 4, EXPIRED: 4, INTERNAL_ERROR: 13, FAILURE: 2 } as const;
  if (build.status === 'QUEUED' || build.status === 'WORKING' || build.status === 'SUCCESS') return undefined;
  return { code: codes[build.status], message: build.statusDetail ?? `Build ended with ${build.status}` };
};

/** google.devtools.cloudbuild.v1.CloudBuild and google.longrunning.Operations over the builds. */
export const cloudBuildMethods = (protos: PackageDefinition, projects: Projects, builds: Builds) => {
  const place = (project: string, location: string): Place => {
    if (project === '') throw invalidArgument('project_id is required');
    const projectId = projects.idOf(project);
    return { projectId, projectNumber: projects.numberOf(projectId), location };
  };
  const parentOf = ({ parent, projectId }: z.output<typeof inProject>): Place => {
    if (parent === '') return place(projectId, 'global');
    const [, project, location] = /^projects\/([^/]+)\/locations\/([^/]+)$/.exec(parent) ?? [];
    if (!project || !location) throw invalidArgument(`invalid parent "${parent}"`);
    return place(project, location);
  };
  const buildOf = ({ name, projectId, id }: z.output<typeof oneBuild>): [Place, string] => {
    if (name === '') {
      if (id === '') throw invalidArgument('id is required');
      return [place(projectId, 'global'), id];
    }
    const [, project, location, build] =
      /^projects\/([^/]+)(?:\/locations\/([^/]+))?\/builds\/([^/]+)$/.exec(name) ?? [];
    if (!project || !build) throw invalidArgument(`invalid name "${name}"`);
    return [place(project, location ?? 'global'), build];
  };
  const operation = (build: BuildRecord) => {
    const error = operationError(build);
    const response = {
      typeUrl: `${google}/${buildType}`,
      value: serialize(protos, buildType, toWire(build)),
    };
    return {
      name: `operations/build/${build.projectId}/${Buffer.from(`${build.location}/${build.id}`).toString('base64url')}`,
      metadata: {
        typeUrl: `${google}/${metadataType}`,
        value: serialize(protos, metadataType, { build: toWire(build) }),
      },
      done: isTerminal(build.status),
      ...(error && { error }),
      ...(build.status === 'SUCCESS' && { response }),
    };
  };

  const cloudBuild = {
    CreateBuild: (request: unknown) => {
      const { build, ...where } = parseRequest(createRequest, request);
      const at = parentOf(where);
      const requested = parseRequestedBuild(build);
      validateRequest(requested);
      // A pool is looked for where the build is (googleapis/nodejs-cloudbuild issue 300).
      const pool = requested.options.pool?.name ?? '';
      if (pool !== '' && WORKER_POOL.exec(pool)?.[1] !== at.location)
        throw notFound(`workerpool not found: "${pool}"`);
      return operation(builds.create(at, requested));
    },
    GetBuild: (request: unknown) => toWire(builds.get(...buildOf(parseRequest(oneBuild, request)))),
    ListBuilds: (request: unknown) => {
      const { filter, pageSize, pageToken, ...where } = parseRequest(listRequest, request);
      const { page, nextPageToken } = listPage(builds.list(parentOf(where)), { filter, pageSize, pageToken });
      return { builds: page.map(toWire), nextPageToken };
    },
    CancelBuild: async (request: unknown) =>
      toWire(await builds.cancel(...buildOf(parseRequest(oneBuild, request)))),
    RetryBuild: (request: unknown) => {
      const [at, id] = buildOf(parseRequest(oneBuild, request));
      return operation(builds.create(at, builds.get(at, id).original));
    },
  };

  const operations = {
    GetOperation: (request: unknown) => {
      const { name } = parseRequest(operationRequest, request);
      const [, project, encoded = ''] = /^operations\/build\/([^/]+)\/([^/]+)$/.exec(name) ?? [];
      const [location, id] = Buffer.from(encoded, 'base64url').toString().split('/');
      if (!project || !location || !id) throw notFound(`operation "${name}" not found`);
      return operation(builds.get(place(project, location), id));
    },
  };
  return { cloudBuild, operations };
};
