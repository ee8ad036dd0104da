import { CloudBuildResource, viewOf } from '#adapters/cloud-build/view.ts';
import { route, subscriber } from '#adapters/pubsub/subscriber.ts';
import { about } from '#adapters/telemetry/log-context.ts';
import { BuilderMessage } from '#core/events.ts';
import { TOPICS } from '#core/messages.ts';
import { recordCloudBuild, recordReport } from '#use-cases/record-event.ts';
import { demandSignature } from '#use-cases/signature.ts';
import { givingUp } from '../common.ts';
import { parseEnv } from '../env.ts';
import { recorder } from '../recorder.ts';
import { Env } from './env.ts';

const env = parseEnv(Env, process.env);
const deps = recorder(env);

subscriber('record', givingUp(env, deps.bus), [
  route(TOPICS.buildEvents, BuilderMessage, (event, message) => {
    demandSignature(env.EXCHANGE_KEY, event, message);
    return recordReport(deps, event);
  }),
  route(TOPICS.cloudBuilds, CloudBuildResource, (resource) => {
    const view = viewOf(resource);
    about({ build_id: view.attempts[0]?.buildId });
    return recordCloudBuild(deps, view, false);
  }),
]);
