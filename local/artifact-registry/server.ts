import { status } from '@grpc/grpc-js';
import { z } from 'zod';
import {
  invalidArgument,
  loadProtos,
  notFound,
  parseRequest,
  type RunningServer,
  StatusError,
  serviceOf,
  startGrpcServer,
  unaryMethods,
} from '../grpc.ts';
import { RegistryStorage, type StoredVersion } from './storage.ts';

export interface ArtifactRegistryOptions {
  /** The files of the registry whose images it is about. Its repositories are `PROJECT/REPOSITORY/IMAGE`. */
  readonly storage: string;
  readonly port?: number;
}

const text = z.string().default('');
const ListRequest = z.object({
  parent: text,
  pageSize: z.number().default(0),
  pageToken: text,
  view: text,
  orderBy: text,
  filter: text,
});
const GetRequest = z.object({ name: text, view: text });
const DeleteRequest = z.object({ name: text, force: z.boolean().default(false) });

/** The largest page (version.proto, ListVersionsRequest.page_size). */
const LARGEST_PAGE = 1000;
const DEFAULT_PAGE = 100;

const PACKAGE =
  /^projects\/([^/]+)\/locations\/([^/]+)\/repositories\/([^/]+)\/packages\/([^/]+)(?:\/versions\/([^/]+))?$/;

function parseName(name: string, wantsVersion: boolean) {
  const [, project, , repository, image, version = ''] = PACKAGE.exec(name) ?? [];
  if (!project || !repository || !image || (version !== '') !== wantsVersion)
    throw invalidArgument(`invalid resource name ${JSON.stringify(name)}`);
  return { path: `${project}/${repository}/${decodeURIComponent(image)}`, version };
}

const time = (at: Date) => ({ seconds: Math.floor(at.getTime() / 1000), nanos: (at.getTime() % 1000) * 1e6 });

/** A version as the API writes it; only a full view has its tags and metadata. */
function writeVersion(parent: string, version: StoredVersion, view: string) {
  const { digest, createTime, tags, mediaType, artifactType, sizeBytes } = version;
  const base = { name: `${parent}/versions/${digest}`, createTime: time(createTime) };
  if (view !== 'FULL') return base;
  const field = (value: string) => ({ stringValue: value });
  return {
    ...base,
    relatedTags: tags.map((tag) => ({ name: `${parent}/tags/${tag}`, version: base.name })),
    metadata: {
      fields: {
        mediaType: field(mediaType),
        imageSizeBytes: field(String(sizeBytes)),
        ...(artifactType && { artifactType: field(artifactType) }),
      },
    },
  };
}

const methods = (storage: RegistryStorage) => {
  const versionsOf = async (path: string): Promise<StoredVersion[]> => {
    const versions = await storage.versions(path);
    if (versions === null) throw notFound(`Package not found: ${path}`);
    return versions;
  };
  const one = (versions: StoredVersion[], digest: string): StoredVersion => {
    const found = versions.find((version) => version.digest === digest);
    if (found === undefined) throw notFound(`Version not found: ${digest}`);
    return found;
  };
  return {
    ListVersions: async (request: unknown) => {
      const { parent, pageSize, pageToken, view, orderBy, filter } = parseRequest(ListRequest, request);
      if (filter !== '') throw invalidArgument('the local Artifact Registry does not know filters');
      if (orderBy !== '' && orderBy !== 'create_time desc') throw invalidArgument(`order_by ${orderBy}`);
      if (!/^\d*$/.test(pageToken)) throw invalidArgument('invalid page token');
      const versions = await versionsOf(parseName(parent, false).path);
      const from = Number(pageToken);
      const to = from + Math.min(pageSize || DEFAULT_PAGE, LARGEST_PAGE);
      return {
        versions: versions.slice(from, to).map((version) => writeVersion(parent, version, view)),
        nextPageToken: to < versions.length ? String(to) : '',
      };
    },
    GetVersion: async (request: unknown) => {
      const { name, view } = parseRequest(GetRequest, request);
      const { path, version } = parseName(name, true);
      const parent = name.slice(0, name.lastIndexOf('/versions/'));
      return writeVersion(parent, one(await versionsOf(path), version), view);
    },
    /** "By default, a version that is tagged may not be deleted" (version.proto); nor one that an index names. */
    DeleteVersion: async (request: unknown) => {
      const { name, force } = parseRequest(DeleteRequest, request);
      const { path, version } = parseName(name, true);
      const versions = await versionsOf(path);
      const { digest, tags } = one(versions, version);
      const refused = (why: string) => new StatusError(status.FAILED_PRECONDITION, why);
      if (tags.length > 0 && !force) throw refused(`${digest} is tagged: ${tags.join(', ')}`);
      if (versions.some(({ children }) => children.includes(digest)))
        throw refused(`manifest is referenced by parent manifests: ${digest}`);
      await storage.remove(path, digest);
      return { name: `${name}/operations/delete`, done: true, response: EMPTY };
    },
  };
};

const EMPTY = { typeUrl: 'type.googleapis.com/google.protobuf.Empty', value: Buffer.alloc(0) };

/** Starts an Artifact Registry API on loopback that stands on a real registry's files. */
export const startArtifactRegistry = async ({
  storage,
  port,
}: ArtifactRegistryOptions): Promise<RunningServer> => {
  const protos = loadProtos('@google-cloud/artifact-registry', [
    'google/devtools/artifactregistry/v1/service.proto',
  ]);
  const definition = serviceOf(protos, 'google.devtools.artifactregistry.v1.ArtifactRegistry');
  const handlers = unaryMethods(methods(new RegistryStorage(storage)), (error) => console.error(error));
  return startGrpcServer([{ definition, methods: handlers }], port);
};
