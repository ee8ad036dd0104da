import { z } from 'zod';
import { CloudBuildResource, viewOf } from '#adapters/cloud-build/view.ts';
import { subscriber } from '#adapters/pubsub/subscriber.ts';
import { UserError } from '#core/errors.ts';
import { BuilderMessage } from '#core/events.ts';
import { isSigned, recordCloudBuild, recordReport } from '#use-cases/record-event.ts';
import { parseEnv } from '../env.ts';
import { recorder } from '../wiring.ts';
import { Env } from './env.ts';

const env = parseEnv(Env, process.env);
const deps = recorder(env);

subscriber({
  name: 'record',
  schema: z.union([BuilderMessage, CloudBuildResource]),
  bus: deps.bus,
  handle: async (event, message) => {
    if ('status' in event) return recordCloudBuild(deps, viewOf(event));
    if (!isSigned(env.EXCHANGE_KEY, event, message.body, message.attributes.signature ?? '')) {
      throw new UserError(
        'invalid_signature',
        `the event of build ${event.build_id} is not signed by its builder`,
      );
    }
    return recordReport(deps, event);
  },
});
