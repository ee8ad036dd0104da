import { invalidArgument } from '../grpc.ts';
import type { BuildStep, RequestedBuild } from './build-request.ts';
import { checkSubstitutions } from './substitutions.ts';

/**
 * The rules of GoogleCloudPlatform/cloud-build-local, validate/validate.go, with the numbers that
 * cloud.google.com/build/docs/build-config-file-schema and /build/quotas name today where they have grown.
 */
const limits = {
  steps: 300,
  stepName: 1000,
  args: 100,
  arg: 10_000,
  envs: 100,
  env: 65_536,
  dir: 1000,
  substitutions: 200,
  substitutionKey: 100,
  substitutionValue: 4000,
  tags: 64,
  timeoutMs: 24 * 60 * 60 * 1000,
};

const tag = /^\w[\w.-]{0,127}$/;

// A reference as the engines take it; the dash cannot be first, or a name would become an option of the engine.
const image = /^[A-Za-z0-9][\w.:/-]*(?:@sha256:[0-9a-f]{64})?$/;

const refuse = (condition: boolean, problem: string) => {
  if (condition) throw invalidArgument(`invalid build: ${problem}`);
};

const checkEnv = (env: readonly string[], at: string) => {
  refuse(env.length > limits.envs, `invalid ${at}: too many envs (max: ${limits.envs})`);
  for (const [index, entry] of env.entries()) {
    refuse(!/^[^=]+=/.test(entry), `invalid ${at}: the Env entry "${entry}" must be of the form "KEY=VALUE"`);
    refuse(entry.length > limits.env, `invalid ${at}: env ${index} too long (max: ${limits.env})`);
  }
};

const checkStep = (step: BuildStep, index: number, buildTimeoutMs: number) => {
  const at = `invalid .steps field: build step ${index}`;
  refuse(step.name === '', `${at} must specify name`);
  refuse(step.name.length > limits.stepName, `${at} name too long (max: ${limits.stepName})`);
  refuse(step.args.length > limits.args, `${at} too many args (max: ${limits.args})`);
  for (const [position, arg] of step.args.entries()) {
    refuse(arg.length > limits.arg, `${at} arg ${position} too long (max: ${limits.arg})`);
  }
  refuse(step.dir.length > limits.dir, `${at} dir too long (max: ${limits.dir})`);
  checkEnv(step.env, `.steps field: build step ${index} env`);
  if (step.timeout == null) return;
  refuse(step.timeout <= 0, `${at}: build step timeout must be >0`);
  refuse(step.timeout > buildTimeoutMs, `${at}: build step timeout must be <= build timeout`);
};

/** Refuses, with INVALID_ARGUMENT, what the real service refuses before it makes a build. */
export const validateRequest = (build: RequestedBuild): void => {
  refuse((build.timeout ?? 0) > limits.timeoutMs, 'timeout exceeds the timeout limit of 24h0m0s');
  refuse((build.timeout ?? 0) < 0, 'invalid timeout: timeout must be >=0');
  refuse((build.queueTtl ?? 0) < 0, 'invalid queue_ttl: queue_ttl must be >=0');

  const substitutions = Object.entries(build.substitutions);
  refuse(
    substitutions.length > limits.substitutions,
    `too many substitutions (max: ${limits.substitutions})`,
  );
  for (const [key, value] of substitutions) {
    refuse(
      key.length > limits.substitutionKey,
      `substitution key "${key}" too long (max: ${limits.substitutionKey})`,
    );
    refuse(value.length > limits.substitutionValue, `substitution value of "${key}" too long`);
  }

  refuse(build.steps.length === 0, 'invalid .steps field: no build steps are specified');
  refuse(
    build.steps.length > limits.steps,
    `invalid .steps field: cannot specify more than ${limits.steps} build steps`,
  );
  // A build without its own timeout bounds its steps by the largest one only, as Google's code does.
  for (const [index, step] of build.steps.entries())
    checkStep(step, index, build.timeout || limits.timeoutMs);
  const ids = build.steps.map((step) => step.id).filter((id) => id !== '');
  for (const id of ids) {
    refuse(id === '-', 'invalid .steps field: the ID cannot be "-"');
    refuse(ids.indexOf(id) !== ids.lastIndexOf(id), `invalid .steps field: "${id}": the ID is not unique`);
  }
  checkEnv(build.options.env, '.options.env field');
  refuse(
    build.serviceAccount !== '' && !/^projects\/[^/]+\/serviceAccounts\/[^/]+$/.test(build.serviceAccount),
    'service_account must be of the format projects/{PROJECT_ID}/serviceAccounts/{ACCOUNT}',
  );
  checkLogging(build);
  checkPool(build);
  checkSubstitutions(build);
};

/** Google's words, of its answer to a build that names an account and says nothing of its log. */
const LOGGING =
  "if 'build.service_account' is specified, the build must either (a) specify 'build.logs_bucket', (b) use the " +
  'REGIONAL_USER_OWNED_BUCKET build.options.default_logs_bucket_behavior option, or (c) use either ' +
  'CLOUD_LOGGING_ONLY / NONE logging options';

const checkLogging = ({ serviceAccount, logsBucket, options }: RequestedBuild) => {
  refuse(
    logsBucket !== '' && !/^(gs:\/\/)?[a-z0-9][a-z0-9._-]{1,220}[a-z0-9](\/.*)?$/.test(logsBucket),
    `invalid bucket "${logsBucket}"`,
  );
  const elsewhere = options.logging === 'CLOUD_LOGGING_ONLY' || options.logging === 'NONE';
  const own = options.defaultLogsBucketBehavior === 'REGIONAL_USER_OWNED_BUCKET';
  refuse(serviceAccount !== '' && logsBucket === '' && !elsewhere && !own, LOGGING);
};

/** A private pool has machines and disks of its own: `gcloud builds submit` takes neither beside `--worker-pool`. */
const checkPool = ({ options }: RequestedBuild) => {
  const name = options.pool?.name ?? '';
  if (name === '') return;
  refuse(!WORKER_POOL.test(name), `invalid worker pool "${name}"`);
  refuse(
    isGiven(options.machineType, 'UNSPECIFIED'),
    'machine_type cannot be set for a build in a worker pool',
  );
  refuse(isGiven(options.diskSizeGb, '0'), 'disk_size_gb cannot be set for a build in a worker pool');
};

export const WORKER_POOL = /^projects\/[^/]+\/locations\/([^/]+)\/workerPools\/[^/]+$/;

const isGiven = (value: string | undefined, none: string) =>
  value !== undefined && value !== '' && value !== none;

/** What can only be judged once the parameters are replaced: the images' names and the tags. */
export const validateSubstituted = (build: RequestedBuild): void => {
  for (const { name } of build.steps) refuse(!image.test(name), `invalid build step name "${name}"`);
  refuse(
    build.tags.length > limits.tags,
    `number of tags ${build.tags.length} exceeded (max: ${limits.tags})`,
  );
  for (const name of build.tags) {
    refuse(!tag.test(name), `invalid build tag "${name}": must match format "${tag.source}"`);
  }
};
