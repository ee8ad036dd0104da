import { route, subscriber } from '#adapters/pubsub/subscriber.ts';
import { ReportWake, TOPICS } from '#core/messages.ts';
import { common, givingUp } from '../common.ts';
import { parseEnv } from '../env.ts';
import { Env } from './env.ts';

const env = parseEnv(Env, process.env);
const deps = common(env);

subscriber('report', givingUp(env, deps.bus), [route(TOPICS.reports, ReportWake, async () => {})]);
