import { subscriber } from '#adapters/pubsub/subscriber.ts';
import { DeliveryWake } from '#core/messages.ts';
import { takeIn } from '#use-cases/take-in.ts';
import { parseEnv } from '../env.ts';
import { common } from '../wiring.ts';
import { Env } from './env.ts';

const deps = common(parseEnv(Env, process.env));

subscriber({
  name: 'intake',
  schema: DeliveryWake,
  bus: deps.bus,
  handle: (wake) => takeIn(deps, wake.delivery_id),
});
