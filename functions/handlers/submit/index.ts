import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { route, subscriber } from '#adapters/pubsub/subscriber.ts';
import { SubmitWake, TOPICS } from '#core/messages.ts';
import { DEFAULT_POOL } from '#use-cases/new-build.ts';
import { oneAtATime } from '#use-cases/one-at-a-time.ts';
import { submitBuilds } from '#use-cases/submit-builds.ts';
import { common, givingUp } from '../common.ts';
import { parseEnv } from '../env.ts';
import { cloudBuildsOf } from '../wiring.ts';
import { Env } from './env.ts';

const env = parseEnv(Env, process.env);
const deps = {
  ...common(env),
  cloudBuilds: cloudBuildsOf(env),
  exchangeKey: env.EXCHANGE_KEY,
  capacity: env.POOL_CAPACITY,
  leaseMs: env.LEASE_MS,
  holder: randomUUID(),
  sleep,
};
const submit = oneAtATime(() => submitBuilds(deps, DEFAULT_POOL));

subscriber('submit', givingUp(env, deps.bus), [route(TOPICS.builds, SubmitWake, submit)]);
