import { subscriber } from '#adapters/pubsub/subscriber.ts';
import { TOPICS } from '#core/messages.ts';
import { keepLetter } from '#use-cases/keep-letter.ts';
import { common } from '../common.ts';
import { parseEnv } from '../env.ts';

import { Env } from './env.ts';

const deps = common(parseEnv(Env, process.env));

// What gives letters up has nobody to give them to: it tries until they are kept.
subscriber('dead-letters', null, [
  { topic: TOPICS.deadLetters, take: (message) => keepLetter(deps, message) },
]);
