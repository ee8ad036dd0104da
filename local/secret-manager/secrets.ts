import { status } from '@grpc/grpc-js';
import { invalidArgument, notFound, StatusError } from '../grpc.ts';
import { crc32c } from './crc32c.ts';

export type VersionState = 'ENABLED' | 'DISABLED' | 'DESTROYED';

export type Version = {
  readonly number: number;
  readonly createTime: Date;
  readonly checksumGiven: boolean;
  state: VersionState;
  destroyTime?: Date;
  /** empty once destroyed */
  data: Buffer;
};

export type Secret = {
  /** `projects/NUMBER/secrets/ID` */
  readonly name: string;
  readonly projectId: string;
  readonly createTime: Date;
  readonly labels: Readonly<Record<string, string>>;
  readonly replication: unknown;
  /** oldest first: version n at n - 1, since none is ever removed */
  readonly versions: Version[];
};

/** "Must be no larger than 64KiB": resources.proto, SecretPayload.data. */
const maxPayload = 64 * 1024;

const secretId = /^[A-Za-z0-9_-]{1,255}$/; // service.proto, CreateSecretRequest.secret_id
const labelKey = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u; // resources.proto, Secret.labels
const labelValue = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;
const maxLabels = 64;

/** The secrets of all projects, in memory, under the real service's rules and messages. */
export class Secrets {
  readonly #secrets = new Map<string, Secret>();

  create(secret: Omit<Secret, 'name' | 'versions' | 'createTime'>, parent: string, id: string): Secret {
    if (!secretId.test(id))
      throw invalidArgument(
        `The provided Secret ID [${id}] does not match the expected format [[a-zA-Z_0-9]+]`,
      );
    if (!secret.replication) throw invalidArgument('Secret.replication is required');
    const labels = Object.entries(secret.labels);
    if (labels.length > maxLabels) throw invalidArgument(`no more than ${maxLabels} labels can be assigned`);
    for (const [key, value] of labels) {
      if (!labelKey.test(key) || !labelValue.test(value))
        throw invalidArgument(`invalid label "${key}": "${value}"`);
    }
    const name = `${parent}/secrets/${id}`;
    if (this.#secrets.has(name))
      throw new StatusError(status.ALREADY_EXISTS, `Secret [${name}] already exists.`);
    const made: Secret = { ...secret, name, createTime: new Date(), versions: [] };
    this.#secrets.set(name, made);
    return made;
  }

  get(name: string): Secret {
    const found = this.#secrets.get(name);
    if (!found) throw notFound(`Secret [${name}] not found.`);
    return found;
  }

  /** Newest first, as the real ListSecrets sorts by create time. */
  list(projectId: string): Secret[] {
    return [...this.#secrets.values()].filter((secret) => secret.projectId === projectId).reverse();
  }

  delete(name: string): void {
    this.get(name);
    this.#secrets.delete(name);
  }

  addVersion(name: string, data: Buffer | undefined, checksum: string | undefined): Version {
    const secret = this.get(name);
    if (!data || data.length === 0) throw invalidArgument('Secret Payload cannot be empty.');
    if (data.length > maxPayload)
      throw invalidArgument(`The Secret Payload is too large: the maximum is ${maxPayload} bytes.`);
    if (checksum !== undefined && Number(checksum) !== crc32c(data)) {
      throw invalidArgument('The provided checksum does not match the Secret Payload.');
    }
    const version: Version = {
      number: secret.versions.length + 1,
      createTime: new Date(),
      checksumGiven: checksum !== undefined,
      state: 'ENABLED',
      data,
    };
    secret.versions.push(version);
    return version;
  }

  /** `latest` is the version made last, whatever its state: service.proto, AccessSecretVersionRequest.name. */
  version(name: string, version: string): Version {
    const secret = this.#secrets.get(name);
    if (!secret || secret.versions.length === 0)
      throw notFound(`Secret [${name}] not found or has no versions.`);
    const found = version === 'latest' ? secret.versions.at(-1) : secret.versions[Number(version) - 1];
    if (!found) throw notFound(`Secret Version [${name}/versions/${version}] not found.`);
    return found;
  }

  access(name: string, wanted: string): Version {
    const version = this.version(name, wanted);
    if (version.state === 'ENABLED') return version;
    throw inState(name, version);
  }

  /** FAILED_PRECONDITION for a destroyed version, which has no way back. The same state again is no change. */
  setState(name: string, wanted: string, state: VersionState): Version {
    const version = this.version(name, wanted);
    if (version.state === 'DESTROYED') throw inState(name, version);
    version.state = state;
    if (state === 'DESTROYED') {
      version.destroyTime = new Date();
      version.data = Buffer.alloc(0);
    }
    return version;
  }
}

const inState = (name: string, { number, state }: Version) =>
  new StatusError(
    status.FAILED_PRECONDITION,
    `Secret Version [${name}/versions/${number}] is in ${state} state.`,
  );
