import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { cloudBuildClient } from '#adapters/cloud-build/client.ts';
import { cloudBuildCreator } from '#adapters/cloud-build/cloud-builds.ts';
import { route, subscriber } from '#adapters/pubsub/subscriber.ts';
import { SubmitWake, TOPICS } from '#core/messages.ts';
import { DEFAULT_POOL } from '#use-cases/new-build.ts';
import { oneAtATime } from '#use-cases/one-at-a-time.ts';
import { submitBuilds } from '#use-cases/submit-builds.ts';
import { common, givingUp } from '../common.ts';
import { parseEnv } from '../env.ts';
import { Env } from './env.ts';

/** How long a Cloud Build may wait for a worker before it expires. */
const CLOUD_BUILD_QUEUE_TTL_S = 3600;

const env = parseEnv(Env, process.env);
const { GOOGLE_CLOUD_PROJECT: projectId } = env;
const deps = {
  ...common(env),
  cloudBuilds: cloudBuildCreator(cloudBuildClient(projectId, env.CLOUD_BUILD_ENDPOINT), {
    projectId,
    region: env.REGION,
    builderImage: env.BUILDER_IMAGE,
    accounts: { trusted: env.BUILDER_ACCOUNT, forks: env.BUILDER_FORK_ACCOUNT },
    exchangeUrl: env.EXCHANGE_URL,
    queueTtlS: CLOUD_BUILD_QUEUE_TTL_S,
    workerPool: env.WORKER_POOL ?? null,
    logsBucket: env.LOGS_BUCKET ?? null,
    allowHosts: env.CLONE_ALLOW_HOSTS,
  }),
  exchangeKey: env.EXCHANGE_KEY,
  capacity: env.POOL_CAPACITY,
  leaseMs: env.LEASE_MS,
  holder: randomUUID(),
  sleep,
};
const submit = oneAtATime(() => submitBuilds(deps, DEFAULT_POOL));

subscriber('submit', givingUp(env, deps.bus), [route(TOPICS.builds, SubmitWake, submit)]);
