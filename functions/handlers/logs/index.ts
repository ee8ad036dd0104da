import { route, subscriber } from '#adapters/pubsub/subscriber.ts';
import { LogChunk } from '#core/events.ts';
import { TOPICS } from '#core/messages.ts';
import { demandSignature } from '#use-cases/signature.ts';
import { storeLogs } from '#use-cases/store-logs.ts';
import { common, givingUp } from '../common.ts';
import { parseEnv } from '../env.ts';
import { Env } from './env.ts';

const env = parseEnv(Env, process.env);
const deps = common(env);

subscriber('logs', givingUp(env, deps.bus), [
  route(TOPICS.buildLogs, LogChunk, (chunk, message) => {
    demandSignature(env.EXCHANGE_KEY, chunk, message);
    return storeLogs(deps, chunk);
  }),
]);
