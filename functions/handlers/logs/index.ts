import { subscriber } from '#adapters/pubsub/subscriber.ts';
import { UserError } from '#core/errors.ts';
import { LogChunk } from '#core/events.ts';
import { isSigned } from '#use-cases/record-event.ts';
import { storeLogs } from '#use-cases/store-logs.ts';
import { parseEnv } from '../env.ts';
import { common } from '../wiring.ts';
import { Env } from './env.ts';

const env = parseEnv(Env, process.env);
const deps = common(env);

subscriber({
  name: 'logs',
  schema: LogChunk,
  bus: deps.bus,
  handle: async (chunk, message) => {
    if (!isSigned(env.EXCHANGE_KEY, chunk, message.body, message.attributes.signature ?? '')) {
      throw new UserError(
        'invalid_signature',
        `the log chunk of build ${chunk.build_id} is not signed by its builder`,
      );
    }
    await storeLogs(deps, chunk);
  },
});
