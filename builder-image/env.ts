import { tmpdir } from 'node:os';
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

/** The image's own, or set by hand: whoever deploys the service sets none of it. */
const ofMachine = optional.meta({ local: true });

/** What the builder is told of the machine that it runs on, in the service and by hand. */
export const MachineEnv = z.object({
  /** The BuildKit to build with, as buildctl takes it. */
  BUILDKIT_HOST: ofMachine,
  /** Else the container engine that one is started in. Without both, the builder starts one of its own. */
  DOCKER_HOST: z
    .string()
    .regex(/^(?:unix:\/\/\/.+|tcp:\/\/[^/@]+:\d+\/?)$/, 'must be unix:///PATH or tcp://HOST:PORT')
    .optional()
    .meta({ local: true }),
  DOCKER_TLS_VERIFY: ofMachine,
  DOCKER_CERT_PATH: ofMachine,
  /** The image that BuildKit is started from there, where the builder cannot find its own. */
  BUILDER_IMAGE: ofMachine,
  /** For the BuildKit that we start here: what network its RUN steps have. `host` is the step's own, all of it. */
  BITFLOW_RUN_NETWORK: z.enum(['isolated', 'host']).default('isolated').meta({ local: true }),
  /** Where that BuildKit keeps its state: overlays must be possible there. */
  BITFLOW_STATE_DIR: z.string().startsWith('/').default(tmpdir()).meta({ local: true }),
  GCE_METADATA_HOST: z.string().min(1).default('metadata.google.internal').meta({ local: true }),
  BITFLOW_ALLOW_HOSTS: HostList.meta({ local: true }),
  BITFLOW_INSECURE_REGISTRIES: HostList.meta({ local: true }),
  BITFLOW_PLAN_OVERLAY: ofMachine,
  PATH: z
    .string()
    .default('/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin')
    .meta({ local: true }),
  SSL_CERT_FILE: ofMachine,
  SSL_CERT_DIR: ofMachine,
  GIT_SSL_CAINFO: ofMachine,
  CURL_CA_BUNDLE: ofMachine,
});
export type MachineEnv = z.infer<typeof MachineEnv>;

/** What child processes get of it. */
export type ChildEnv = Pick<MachineEnv, 'PATH' | (typeof CA_VARIABLES)[number]>;

const Env = MachineEnv.extend({
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
  PUBSUB_EMULATOR_HOST: optional,
  /** How the build's news leaves: `callback` where this machine cannot publish. */
  BITFLOW_REPORT: z.enum(['pubsub', 'callback']).default('pubsub'),
});

/** Everything the builder is told from outside, before the exchange. */
export type BuilderEnv = z.infer<typeof Env>;

/** Parses the environment; throws one error that names every wrong or missing variable. */
export function parseEnv(from: NodeJS.ProcessEnv = process.env): BuilderEnv {
  const parsed = Env.safeParse(from);
  if (parsed.success) return parsed.data;
  throw new Error(`the builder's environment is wrong: ${problemsOf(parsed.error).join('; ')}`);
}

/** Every problem by the variable's name, without its value. */
export function problemsOf(error: z.ZodError): string[] {
  return [...new Set(error.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`))];
}

/** The CA variables that are set, for the environments of child processes. */
export function caVariables(env: ChildEnv): Record<string, string> {
  return Object.fromEntries(CA_VARIABLES.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}
