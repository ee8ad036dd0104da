import { route, subscriber } from '#adapters/pubsub/subscriber.ts';
import { DeliveryWake, TOPICS } from '#core/messages.ts';
import { takeIn } from '#use-cases/take-in.ts';
import { common } from '../common.ts';
import { parseEnv } from '../env.ts';
import { Env } from './env.ts';

const deps = common(parseEnv(Env, process.env));

subscriber('intake', deps.bus, [
  route(TOPICS.deliveries, DeliveryWake, (wake) => takeIn(deps, wake.delivery_id)),
]);
