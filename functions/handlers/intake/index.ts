import { route, subscriber } from '#adapters/pubsub/subscriber.ts';
import { gitRefLookup } from '#adapters/refs/lookup.ts';
import { secretManagerClient } from '#adapters/secrets/client.ts';
import { secretManagerStore } from '#adapters/secrets/secret-store.ts';
import { DeliveryWake, TOPICS } from '#core/messages.ts';
import { takeIn } from '#use-cases/take-in.ts';
import { common, givingUp } from '../common.ts';
import { parseEnv } from '../env.ts';
import { hostsOf } from '../hosts.ts';
import { Env } from './env.ts';

const env = parseEnv(Env, process.env);
const secretManager = secretManagerClient(env.GOOGLE_CLOUD_PROJECT, env.SECRET_MANAGER_ENDPOINT);
const deps = {
  ...common(env),
  hosts: hostsOf(env),
  refs: gitRefLookup({ allow: env.CLONE_ALLOW_HOSTS }),
  secrets: secretManagerStore(secretManager, env.GOOGLE_CLOUD_PROJECT),
  provisioned: env.TEAMS ?? null,
};

subscriber('intake', givingUp(env, deps.bus), [
  route(TOPICS.deliveries, DeliveryWake, (wake) => takeIn(deps, wake.delivery_id)),
]);
