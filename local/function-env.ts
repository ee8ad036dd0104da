import { randomBytes } from 'node:crypto';
import { LOCAL_ISSUER, type LocalCloud } from './cloud.ts';
import type { Emulators } from './emulators.ts';
import type { LocalPlanner } from './planner.ts';
import { AREAS, type LocalRegistry } from './registry/registry.ts';

export interface FunctionEnvInput {
  readonly projectId: string;
  readonly emulators: Emulators;
  /** Where the API is at which people sign in. */
  readonly identityToolkit: string;
  readonly cloud: LocalCloud;
  readonly planner: LocalPlanner;
  readonly registry: LocalRegistry;
  readonly addresses: Readonly<Record<string, string>>;
  readonly allowHosts: readonly string[];
  /** Where the git hosts are. */
  readonly hosts: Readonly<Record<string, string>>;
  readonly cloneToken: string;
  readonly githubWebhookSecret: string;
  readonly builderImage: string;
  readonly builderAccount: string;
  readonly builderForkAccount: string;
  readonly capacity: number;
  readonly maxDeliveryAttempts: number;
}

/** Locally, what stands still for this long is looked after. */
const SWEEP_GRACE_MS = 15_000;

/** The environment of the functions: one for all of them here; in the cloud each gets only its own part. */
export function functionEnv(input: FunctionEnvInput): Record<string, string> {
  const { registry, cloud, planner, emulators } = input;
  return {
    GOOGLE_CLOUD_PROJECT: input.projectId,
    // The libraries need not look for a metadata server; this one is asked for identity tokens alone.
    METADATA_SERVER_DETECTION: 'none',
    GCE_METADATA_HOST: planner.metadata,
    PLANNER_URL: planner.url,
    FIRESTORE_EMULATOR_HOST: emulators.firestore,
    PUBSUB_EMULATOR_HOST: emulators.pubsub,
    FIREBASE_AUTH_EMULATOR_HOST: emulators.auth,
    PUBLIC_URL: `http://${input.addresses.api}`,
    IDENTITY_API_KEY: 'local',
    IDENTITY_TOOLKIT_ENDPOINT: input.identityToolkit,
    // No proxy is between callers and the functions here; and tests ask more often than people do.
    TRUSTED_PROXIES: '0',
    REQUESTS_PER_MINUTE: '1000000',
    FAILED_SIGN_INS_PER_MINUTE: '1000000',
    SIGN_INS_PER_MINUTE: '1000000',
    GITHUB_WEBHOOK_SECRETS: input.githubWebhookSecret,
    ...input.hosts,
    GITHUB_TOKEN: input.cloneToken,
    CLONE_ALLOW_HOSTS: input.allowHosts.join(','),
    CLOUD_BUILD_ENDPOINT: cloud.cloudBuild,
    SECRET_MANAGER_ENDPOINT: cloud.secretManager,
    REGION: 'local',
    BUILDER_IMAGE: input.builderImage,
    BUILDER_ACCOUNT: input.builderAccount,
    BUILDER_FORK_ACCOUNT: input.builderForkAccount,
    EXCHANGE_URL: `http://${input.addresses.exchange}/v1/exchange`,
    CALLBACK_URL: `http://${input.addresses.callback}`,
    WEBHOOKS_URL: `http://${input.addresses.webhooks}`,
    EXCHANGE_KEY: randomBytes(32).toString('base64url'),
    WEBHOOK_KEY: randomBytes(32).toString('base64url'),
    IDENTITY_ISSUER: LOCAL_ISSUER,
    IDENTITY_JWKS_URL: `http://${cloud.metadata}/oauth2/v3/certs`,
    POOL_CAPACITY: String(input.capacity),
    REGISTRY_STAGING: `${registry.address}/${AREAS.staging}/{team}`,
    REGISTRY_RELEASE: `${registry.address}/${AREAS.release}/{team}`,
    REGISTRY_CACHE: `${registry.address}/${AREAS.cache}/{team}`,
    REGISTRY_USERNAME: registry.promoter.username,
    REGISTRY_PASSWORD: registry.promoter.password,
    BUILDER_REGISTRY_USERNAME: registry.builder.username,
    BUILDER_REGISTRY_PASSWORD: registry.builder.password,
    BUILDER_FORK_REGISTRY_USERNAME: registry.forkBuilder.username,
    BUILDER_FORK_REGISTRY_PASSWORD: registry.forkBuilder.password,
    INSECURE_REGISTRIES: registry.address,
    MAX_DELIVERY_ATTEMPTS: String(input.maxDeliveryAttempts),
    SWEEP_GRACE_MS: String(SWEEP_GRACE_MS),
  };
}
