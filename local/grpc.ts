import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import {
  type AnyDefinition,
  loadSync,
  type PackageDefinition,
  type ServiceDefinition,
} from '@grpc/proto-loader';
import { z } from 'zod';

/** An answer that is a gRPC error: what the client sees as `code` and `details`. */
export class StatusError extends Error {
  readonly code: status;
  constructor(code: status, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StatusError';
    this.code = code;
  }
}

/** The two gRPC codes that most refusals use. */
export const invalidArgument = (message: string) => new StatusError(status.INVALID_ARGUMENT, message);
export const notFound = (message: string) => new StatusError(status.NOT_FOUND, message);

/**
 * Loads protos that a Google client package ships, with google-gax's beside them for what they import.
 * Absent fields stay absent, enums are names, 64-bit numbers strings, repeated fields and maps are never absent.
 * @param clientPackage such as `@google-cloud/cloudbuild`
 * @param files relative to that package's (or google-gax's) `build/protos`
 */
export const loadProtos = (clientPackage: string, files: readonly string[]): PackageDefinition => {
  const client = createRequire(import.meta.url).resolve(`${clientPackage}/package.json`);
  // From the client's place, so that its google-gax is found also where npm did not hoist it. The package
  // exports its entry (build/src/index.js), not its package.json.
  const gaxEntry = createRequire(client).resolve('google-gax');
  return loadSync([...files], {
    includeDirs: [
      path.join(path.dirname(client), 'build/protos'),
      path.join(path.dirname(gaxEntry), '../protos'),
    ],
    enums: String,
    longs: String,
    arrays: true,
    objects: true,
  });
};

// Messages and enums have a format; a service is nothing but its methods.
const isService = (definition: AnyDefinition): definition is ServiceDefinition => !('format' in definition);

/** The service of a loaded package. Throws for a name that is not one: a mistake of this code. */
export const serviceOf = (protos: PackageDefinition, name: string): ServiceDefinition => {
  const found = protos[name];
  if (!found || !isService(found)) throw new Error(`no gRPC service ${name} in the protos`);
  return found;
};

/** The bytes of a message, for a `google.protobuf.Any`. */
export const serialize = (protos: PackageDefinition, type: string, value: object): Buffer => {
  const found = protos[type];
  if (!found || !('serialize' in found) || typeof found.serialize !== 'function') {
    throw new Error(`no message ${type} in the protos`);
  }
  return found.serialize(value);
};

type Method = (request: unknown) => object | Promise<object>;

/** Plain functions as unary handlers: a StatusError is answered as such, anything else is INTERNAL and reported. */
export const unaryMethods = (
  methods: Readonly<Record<string, Method>>,
  onError: (error: unknown) => void,
): UntypedServiceImplementation => {
  const handlers: Record<string, handleUnaryCall<unknown, object>> = {};
  for (const [name, method] of Object.entries(methods)) {
    handlers[name] = async (call, callback) => {
      try {
        callback(null, await method(call.request));
      } catch (error) {
        if (error instanceof StatusError) return callback({ code: error.code, details: error.message });
        onError(error);
        callback({ code: status.INTERNAL, details: `${name}: ${String(error)}` });
      }
    };
  }
  return handlers;
};

export type RunningServer = { readonly address: string; close(): Promise<void> };

/** Serves on loopback only, without TLS. Port 0 (the default) takes a free one. `close` ends open calls at once. */
export const startGrpcServer = async (
  services: readonly { definition: ServiceDefinition; methods: UntypedServiceImplementation }[],
  port = 0,
): Promise<RunningServer> => {
  const server = new Server();
  for (const { definition, methods } of services) server.addService(definition, methods);
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, taken) =>
      error ? reject(error) : resolve(taken),
    );
  });
  return { address: `127.0.0.1:${bound}`, close: async () => server.forceShutdown() };
};

/** Parses a request that the proto already shaped; what a schema refuses is INVALID_ARGUMENT, with the fields named. */
export const parseRequest = <T extends z.ZodType>(schema: T, request: unknown): z.output<T> => {
  const parsed = schema.safeParse(request);
  if (parsed.success) return parsed.data;
  throw invalidArgument(
    parsed.error.issues.map((issue) => `${issue.path.join('.') || 'request'}: ${issue.message}`).join('; '),
  );
};

/**
 * The project ids that a server knows, each with a number: Google answers resource names with the project's
 * number and takes either in a request.
 */
export class Projects {
  readonly #numbers = new Map<string, string>();
  constructor(ids: readonly string[]) {
    for (const [index, id] of ids.entries()) this.#numbers.set(id, String(100_000_000_000 + index));
  }

  /** The id for an id or a number. An unknown project is PERMISSION_DENIED, so that nobody can probe for names. */
  idOf(idOrNumber: string): string {
    if (this.#numbers.has(idOrNumber)) return idOrNumber;
    for (const [id, number] of this.#numbers) if (number === idOrNumber) return id;
    throw new StatusError(status.PERMISSION_DENIED, 'The caller does not have permission');
  }

  numberOf(id: string): string {
    const number = this.#numbers.get(id);
    if (!number) throw new Error(`no number for the project ${id}`);
    return number;
  }
}

/** Reads the JSON options of a server's process from the file that its first argument, or `variable`, names. */
export const readOptions = async <T extends z.ZodType>(
  schema: T,
  variable: string,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<z.output<T>> => {
  const file = argv[2] ?? env[variable];
  if (!file) throw new Error(`name the options file as the first argument or in ${variable}`);
  const parsed = schema.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
};

/**
 * Resolves on SIGTERM or SIGINT, and when stdin closes: a parent that died cannot send a signal any more. So a
 * parent gives its child a pipe and keeps it open. Called first thing: a signal may come before the server is up.
 */
export const untilStopped = (): Promise<void> =>
  new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
    process.stdin.once('end', () => resolve());
    process.stdin.once('close', () => resolve());
    process.stdin.resume();
  });
