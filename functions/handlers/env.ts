import { z } from 'zod';
import { MAX_DELIVERY_ATTEMPTS } from '#core/messages.ts';
import { RegistryArea } from '#core/registry-areas.ts';
import { Secret } from '#core/secret.ts';
import { TeamId } from '#core/team.ts';

/**
 * The kinds of values that functions are configured with. Each function's env.ts names those it needs. What is
 * marked `local` is set by the local stack and by tests, never in the cloud; a `secret` comes by reference there
 * (`env-names.ts` tells both).
 */
export const Text = z.string().min(1);
export const SecretText = z
  .string()
  .min(1)
  .transform((text) => new Secret(text))
  .meta({ secret: true });
export const HostPort = z.string().regex(/^[A-Za-z0-9.-]+:[0-9]{1,5}$/, 'must be host:port');
/** A local server in place of Google's. */
export const Endpoint = HostPort.optional().meta({ local: true });
export const PositiveInt = z.coerce.number().int().positive();
export const Count = z.coerce.number().int().nonnegative();
export const List = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);
export const SecretList = List.pipe(z.array(z.string()).min(1))
  .transform((items) => items.map((item) => new Secret(item)))
  .meta({ secret: true });

/** What every function has. */
export const Common = z.object({ GOOGLE_CLOUD_PROJECT: Text });

/** The functions that messages are pushed to: their subscriptions give a message up after as many deliveries. */
export const SubscriberEnv = Common.extend({
  MAX_DELIVERY_ATTEMPTS: PositiveInt.default(MAX_DELIVERY_ATTEMPTS),
});

/** The functions that ask Cloud Build how builds stand, and cancel them. */
export const CloudBuildEnv = z.object({ CLOUD_BUILD_ENDPOINT: Endpoint, REGION: Text });

/** What `submit` tells a builder, and `exchange` holds it to. */
export const BuilderEnv = z.object({
  /** The account that builds of a repository's own code run as. */
  BUILDER_ACCOUNT: z.email(),
  /** The account that builds of forks run as: its token is within reach of anybody's code. */
  BUILDER_FORK_ACCOUNT: z.email(),
  /** Where builders reach `exchange`, path and all. Their identity tokens are for its origin. */
  EXCHANGE_URL: z.url(),
});

/** More would need the queue's active builds to be read in pages; it is also above Cloud Build's default quota. */
const MAX_CAPACITY = 150;

/** The functions that give out the pool's slots, or tell of them. */
export const PoolEnv = z.object({
  /** How many Cloud Builds of the pool run at once. */
  POOL_CAPACITY: PositiveInt.max(MAX_CAPACITY),
});

/** The functions that create builds. */
export const TeamsEnv = z.object({
  /** The registry prefixes of the teams that have registries; left out: every team has. */
  TEAMS: List.pipe(z.array(TeamId))
    .transform((prefixes) => new Set(prefixes))
    .optional(),
});

/**
 * The functions that write to where images are released. Without a user and password, their own account is used.
 * `ARTIFACT_REGISTRY_ENDPOINT` names a local server of its API.
 */
export const ReleaseEnv = z.object({
  REGISTRY_RELEASE: RegistryArea,
  ARTIFACT_REGISTRY_ENDPOINT: Endpoint,
  REGISTRY_USERNAME: Text.optional().meta({ local: true }),
  REGISTRY_PASSWORD: SecretText.optional().meta({ local: true }),
  INSECURE_REGISTRIES: List.default([]).meta({ local: true }),
  /** How long a dead writer of a tag holds up the next one. */
  TAG_LEASE_MS: PositiveInt.default(30_000).meta({ local: true }),
});

/**
 * The functions that reach the teams' own registries. `REGISTRY_ALLOW_HOSTS`: hosts (`host:port`) that may be
 * private and plain http. `ECR_ENDPOINT` names a local server of ECR's API.
 */
export const TeamRegistryEnv = z.object({
  REGISTRY_ALLOW_HOSTS: List.default([]),
  ECR_ENDPOINT: z.url().optional().meta({ local: true }),
});

/** The functions that read repositories, and the one that starts builders, which do. `CLONE_ALLOW_HOSTS`: hosts (`host:port`) that may be private and plain http. */
export const CloneEnv = z.object({ CLONE_ALLOW_HOSTS: List.default([]) });

/** An address without a slash at its end. */
const Address = z.url().regex(/[^/]$/, 'must not end with a slash');

/** The functions that ask git hosts. Each has one address in an installation: the public one, or a server of one's own. */
export const HostsEnv = z.object({
  GITHUB_URL: Address.default('https://github.com'),
  /** Left out: that of GITHUB_URL. */
  GITHUB_API_URL: Address.optional(),
  /** The installation's own credential: a GitHub App, or a token. */
  GITHUB_APP_ID: z
    .string()
    .regex(/^[0-9]{1,20}$/, 'must be the number of a GitHub App')
    .optional(),
  GITHUB_APP_PRIVATE_KEY: SecretText.optional(),
  GITHUB_TOKEN: SecretText.optional(),
  GITLAB_URL: Address.default('https://gitlab.com'),
  GITLAB_API_URL: Address.optional(),
  GITEE_URL: Address.default('https://gitee.com'),
  GITEE_API_URL: Address.optional(),
});

/** The functions that make webhooks at git hosts, or take them away. */
export const WebhooksEnv = z.object({
  /** The address of the function `webhooks`, as git hosts reach it. */
  WEBHOOKS_URL: Address.optional(),
});

/** The functions that take Google's identity tokens: who issues them, and where the keys are. */
export const IdentityEnv = z.object({
  IDENTITY_ISSUER: Text.default('https://accounts.google.com').meta({ local: true }),
  IDENTITY_JWKS_URL: z.url().default('https://www.googleapis.com/oauth2/v3/certs').meta({ local: true }),
});

/** The functions that keep or read build secrets. `SECRET_MANAGER_ENDPOINT` names a local server of its API. */
export const SecretManagerEnv = z.object({ SECRET_MANAGER_ENDPOINT: Endpoint });

/** The functions that record events of builds, and release their images. */
export const RecorderEnv = Common.extend(CloudBuildEnv.shape)
  .extend(ReleaseEnv.shape)
  .extend({ REGISTRY_STAGING: RegistryArea })
  .extend(TeamRegistryEnv.shape)
  .extend(SecretManagerEnv.shape);

/**
 * Parses a function's environment once, at its start. Throws one error that names everything that is wrong.
 */
export function parseEnv<T>(schema: z.ZodType<T>, env: Record<string, string | undefined>): T {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  throw new Error(`the environment is not complete:\n${z.prettifyError(parsed.error)}`);
}
