import { z } from 'zod';
import {
  invalidArgument,
  loadProtos,
  Projects,
  parseRequest,
  type RunningServer,
  serviceOf,
  startGrpcServer,
  unaryMethods,
} from '../grpc.ts';
import { crc32c } from './crc32c.ts';
import { type Secret, Secrets, type Version, type VersionState } from './secrets.ts';

export const secretManagerFileSchema = z.strictObject({
  projectIds: z.array(z.string().min(1)).min(1),
  port: z.number().int().min(0).max(65_535).optional(),
});
export type SecretManagerOptions = z.input<typeof secretManagerFileSchema>;

const text = z.string().default('');
const named = z.object({ name: text });
const listed = z.object({ parent: text, pageSize: z.number().default(0), pageToken: text, filter: text });
const createRequest = z.object({
  parent: text,
  secretId: text,
  secret: z
    .object({ labels: z.record(z.string(), z.string()).default({}), replication: z.unknown() })
    .nullish(),
});
const addRequest = z.object({
  parent: text,
  payload: z.object({ data: z.instanceof(Buffer).optional(), dataCrc32c: z.string().optional() }).nullish(),
});

const time = (at: Date) => ({ seconds: Math.floor(at.getTime() / 1000), nanos: (at.getTime() % 1000) * 1e6 });

const writeSecret = ({ name, createTime, labels, replication }: Secret) => ({
  name,
  createTime: time(createTime),
  labels,
  replication,
});

const writeVersion = (secret: string, version: Version) => ({
  name: `${secret}/versions/${version.number}`,
  createTime: time(version.createTime),
  ...(version.destroyTime && { destroyTime: time(version.destroyTime) }),
  state: version.state,
  replicationStatus: { automatic: {} },
  clientSpecifiedPayloadChecksum: version.checksumGiven,
});

/** One page; the token is the place to go on from. `largest` is what the real service cuts page_size to. */
const pageOf = <T>(items: readonly T[], query: z.output<typeof listed>, largest = 25_000) => {
  if (query.filter !== '') throw invalidArgument('the local Secret Manager does not know filters');
  if (query.pageSize < 0) throw invalidArgument('page_size must not be negative');
  if (!/^\d*$/.test(query.pageToken)) throw invalidArgument('invalid page token');
  const from = Number(query.pageToken);
  const to = from + Math.min(query.pageSize || largest, largest);
  return {
    items: items.slice(from, to),
    nextPageToken: to < items.length ? String(to) : '',
    totalSize: items.length,
  };
};

const secretManagerMethods = (projects: Projects, secrets: Secrets) => {
  const projectOf = (parent: string) => {
    const [, project] = /^projects\/([^/]+)$/.exec(parent) ?? [];
    if (!project) throw invalidArgument(`Invalid resource field value in the request: parent "${parent}"`);
    return projects.idOf(project);
  };
  /** The canonical name of a secret and, where asked for, the version after it. */
  const resourceOf = (name: string, wantsVersion: boolean): [string, string] => {
    const [, project, id, version = ''] =
      /^projects\/([^/]+)\/secrets\/([^/]+)(?:\/versions\/(latest|[1-9]\d*))?$/.exec(name) ?? [];
    if (!project || !id || (version !== '') !== wantsVersion) {
      throw invalidArgument(`Invalid resource field value in the request: "${name}"`);
    }
    return [`projects/${projects.numberOf(projects.idOf(project))}/secrets/${id}`, version];
  };
  const setState = (state: VersionState) => (request: unknown) => {
    const [secret, version] = resourceOf(parseRequest(named, request).name, true);
    return writeVersion(secret, secrets.setState(secret, version, state));
  };

  return {
    CreateSecret: (request: unknown) => {
      const { parent, secretId, secret } = parseRequest(createRequest, request);
      const projectId = projectOf(parent);
      const given = { projectId, labels: secret?.labels ?? {}, replication: secret?.replication };
      return writeSecret(secrets.create(given, `projects/${projects.numberOf(projectId)}`, secretId));
    },
    GetSecret: (request: unknown) =>
      writeSecret(secrets.get(resourceOf(parseRequest(named, request).name, false)[0])),
    ListSecrets: (request: unknown) => {
      const query = parseRequest(listed, request);
      const { items, ...rest } = pageOf(secrets.list(projectOf(query.parent)), query);
      return { secrets: items.map(writeSecret), ...rest };
    },
    DeleteSecret: (request: unknown) => {
      secrets.delete(resourceOf(parseRequest(named, request).name, false)[0]);
      return {};
    },
    AddSecretVersion: (request: unknown) => {
      const { parent, payload } = parseRequest(addRequest, request);
      const [secret] = resourceOf(parent, false);
      return writeVersion(secret, secrets.addVersion(secret, payload?.data, payload?.dataCrc32c));
    },
    AccessSecretVersion: (request: unknown) => {
      const [secret, wanted] = resourceOf(parseRequest(named, request).name, true);
      const { number, data } = secrets.access(secret, wanted);
      return { name: `${secret}/versions/${number}`, payload: { data, dataCrc32c: String(crc32c(data)) } };
    },
    GetSecretVersion: (request: unknown) => {
      const [secret, version] = resourceOf(parseRequest(named, request).name, true);
      return writeVersion(secret, secrets.version(secret, version));
    },
    ListSecretVersions: (request: unknown) => {
      const query = parseRequest(listed, request);
      const [secret] = resourceOf(query.parent, false);
      const { items, ...rest } = pageOf(secrets.get(secret).versions.toReversed(), query);
      return { versions: items.map((version) => writeVersion(secret, version)), ...rest };
    },
    EnableSecretVersion: setState('ENABLED'),
    DisableSecretVersion: setState('DISABLED'),
    DestroySecretVersion: setState('DESTROYED'),
  };
};

/** Starts a Secret Manager API on loopback. Its secrets are in memory and gone with it. */
export const startSecretManager = async (options: SecretManagerOptions): Promise<RunningServer> => {
  const { projectIds, port } = secretManagerFileSchema.parse(options);
  const protos = loadProtos('@google-cloud/secret-manager', ['google/cloud/secretmanager/v1/service.proto']);
  const definition = serviceOf(protos, 'google.cloud.secretmanager.v1.SecretManagerService');
  const methods = secretManagerMethods(new Projects(projectIds), new Secrets());
  return startGrpcServer(
    [{ definition, methods: unaryMethods(methods, (error) => console.error(error)) }],
    port,
  );
};
