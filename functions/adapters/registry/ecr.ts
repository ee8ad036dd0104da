import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { TransientError, UserError } from '#core/errors.ts';
import type { Registry } from '#core/ports.ts';
import type { RegistryCredential } from '#core/registry.ts';
import { Secret } from '#core/secret.ts';
import { splitPath } from './http.ts';

/** Elastic Container Registry's own API: what its registry needs besides the OCI one. */
export interface Ecr {
  /** The user and password of the registry, good for 12 hours, from an access key. */
  credential(): Promise<{ username: string; password: Secret }>;
  /** The same registry, whose repositories are made where they are missing: ECR makes none on a push. */
  withRepositories(registry: Registry): Registry;
}

/** Answers that will be the same the next time: the access key is not good, or may not do it. */
const REFUSALS = new Set([
  'AccessDeniedException',
  'InvalidSignatureException',
  'UnrecognizedClientException',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'ExpiredTokenException',
  'LimitExceededException',
  'InvalidParameterException',
]);

/** @param endpoint a local server of its API in AWS's place. */
export function ecr(given: RegistryCredential, region: string, endpoint: string | undefined): Ecr {
  const credentials = { accessKeyId: given.username, secretAccessKey: given.password };
  const client = new ECRClient({ region, credentials, maxAttempts: 3, ...(endpoint && { endpoint }) });
  return {
    async credential() {
      const { authorizationData } = await asked(() => client.send(new GetAuthorizationTokenCommand({})));
      const text = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString('utf8');
      const [, username, password] = /^([^:]+):(.+)$/s.exec(text) ?? [];
      if (!username || !password) throw new TransientError('ECR answered without a token');
      return { username, password: new Secret(password) };
    },
    withRepositories: (registry) => ({
      ...registry,
      async copy(from, digest, to) {
        await asked(() => createRepository(client, splitPath(to).name));
        await registry.copy(from, digest, to);
      },
    }),
  };
}

async function createRepository(client: ECRClient, repositoryName: string): Promise<void> {
  try {
    await client.send(new CreateRepositoryCommand({ repositoryName }));
  } catch (error) {
    if (!(error instanceof Error && error.name === 'RepositoryAlreadyExistsException')) throw error;
  }
}

async function asked<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : '';
    const message = cause instanceof Error ? cause.message.slice(0, 300) : '';
    if (REFUSALS.has(name)) throw new UserError('refused', `ECR refused: ${name}: ${message}`, { cause });
    throw new TransientError('ECR did not answer', { cause });
  }
}
