import { route, subscriber } from '#adapters/pubsub/subscriber.ts';
import { DeliveryWake, TOPICS } from '#core/messages.ts';
import { takeIn } from '#use-cases/take-in.ts';
import { common, givingUp } from '../common.ts';
import { parseEnv } from '../env.ts';
import { Env } from './env.ts';

const env = parseEnv(Env, process.env);
const deps = common(env);

subscriber('intake', givingUp(env, deps.bus), [
  route(TOPICS.deliveries, DeliveryWake, (wake) => takeIn(deps, wake.delivery_id)),
]);
