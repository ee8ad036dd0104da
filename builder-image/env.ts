import { z } from 'zod';
import { ExchangeRequest } from '#core/exchange.ts';
import { Secret } from '#core/secret.ts';

const HostList = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  )
  .pipe(z.array(z.string().regex(/^[A-Za-z0-9.\-[\]:]+$/, 'must be a comma-separated list of host:port')));

const optional = z.string().min(1).optional();

/** The CA bundles that git, git-lfs, nixpacks and buildctl look for: the only variables handed through. */
const CA_VARIABLES = ['SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO', 'CURL_CA_BUNDLE'] as const;

const Env = z.object({
  BITFLOW_BUILD_ID: ExchangeRequest.shape.build_id,
  BITFLOW_ATTEMPT: z.coerce.number().pipe(ExchangeRequest.shape.attempt),
  BITFLOW_EXCHANGE_URL: z.url(),
  BITFLOW_EXCHANGE_TOKEN: z
    .string()
    .min(1)
    .max(256)
    .transform((text) => new Secret(text)),
  CLOUD_BUILD_ID: ExchangeRequest.shape.cloud_build_id,
  GOOGLE_CLOUD_PROJECT: z.string().min(1),
  BUILDER_OUTPUT: optional,
  GCE_METADATA_HOST: z.string().min(1).default('metadata.google.internal'),
  BUILDKIT_HOST: optional,
  PUBSUB_EMULATOR_HOST: optional,
  /** How the build's news leaves: `callback` where this machine cannot publish. */
  BITFLOW_REPORT: z.enum(['pubsub', 'callback']).default('pubsub'),
  BITFLOW_ALLOW_HOSTS: HostList,
  BITFLOW_INSECURE_REGISTRIES: HostList,
  BITFLOW_PLAN_OVERLAY: optional,
  PATH: z.string().default('/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'),
  SSL_CERT_FILE: optional,
  SSL_CERT_DIR: optional,
  GIT_SSL_CAINFO: optional,
  CURL_CA_BUNDLE: optional,
});

/** Everything the builder is told from outside, before the exchange. */
export type BuilderEnv = z.infer<typeof Env>;

/** Parses the environment; throws one error that names every wrong or missing variable. */
export function parseEnv(from: NodeJS.ProcessEnv = process.env): BuilderEnv {
  const parsed = Env.safeParse(from);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`the builder's environment is wrong: ${problems.join('; ')}`);
}

/** The CA variables that are set, for the environments of child processes. */
export function caVariables(env: BuilderEnv): Record<string, string> {
  return Object.fromEntries(CA_VARIABLES.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}
