import { createServer, type IncomingMessage } from 'node:http';
import { z } from 'zod';
import { portOf } from '../ports.ts';

export interface EcrOptions {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** The access key that is good; its signature is not checked. */
  readonly accessKeyId: string;
  /** What its registry is entered with, in `AWS` and its password's place. */
  readonly registry: { readonly username: string; readonly password: string };
}

export interface LocalEcr {
  readonly endpoint: string;
  /** The repositories that were made, in order. */
  readonly repositories: readonly string[];
  close(): Promise<void>;
}

/** A repository's name (ECR's API reference, CreateRepository). */
const RepositoryName = z
  .string()
  .min(2)
  .max(256)
  .regex(/^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/);
const CreateRequest = z.object({ repositoryName: RepositoryName });

const TARGET = 'AmazonEC2ContainerRegistry_V20150921.';
const TOKEN_MS = 12 * 3_600_000;

/** The two operations of ECR's API that releasing takes (JSON 1.1: the operation is in `X-Amz-Target`). */
export async function startEcr({ address, accessKeyId, registry }: EcrOptions): Promise<LocalEcr> {
  const repositories: string[] = [];
  const answer = (target: string, body: string): { status: number; body: object } => {
    if (target === 'GetAuthorizationToken') {
      const authorizationToken = Buffer.from(`${registry.username}:${registry.password}`).toString('base64');
      const expiresAt = (Date.now() + TOKEN_MS) / 1000;
      return { status: 200, body: { authorizationData: [{ authorizationToken, expiresAt }] } };
    }
    if (target !== 'CreateRepository') return fault('InvalidAction', target);
    const request = CreateRequest.safeParse(JSON.parse(body));
    if (!request.success) return fault('InvalidParameterException', z.prettifyError(request.error));
    const { repositoryName } = request.data;
    if (repositories.includes(repositoryName))
      return fault('RepositoryAlreadyExistsException', `${repositoryName} already exists`);
    repositories.push(repositoryName);
    return { status: 200, body: { repository: { repositoryName } } };
  };
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const target = String(request.headers['x-amz-target'] ?? '').replace(TARGET, '');
      const key = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1];
      const known = key === accessKeyId;
      const { status, body: said } = known
        ? answer(target, body)
        : fault('UnrecognizedClientException', 'The security token included in the request is invalid.');
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(said));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(portOf(address), '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://${address}`,
    repositories,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const fault = (type: string, message: string) => ({ status: 400, body: { __type: type, message } });

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
