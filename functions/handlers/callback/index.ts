import { httpFunction } from '#adapters/http/http-function.ts';
import { log } from '#adapters/log.ts';
import { parseEnv } from '../env.ts';
import { recorder } from '../recorder.ts';
import { callbackApp } from './app.ts';
import { Env } from './env.ts';

const env = parseEnv(Env, process.env);

const app = callbackApp({
  ...recorder(env),
  exchangeKey: env.EXCHANGE_KEY,
  onRefused: (buildId, why) => log('WARNING', 'a callback was refused', { build_id: buildId, why }),
  onLeftOver: (error) => log('WARNING', 'an effect is left to sweep', { error }),
});

httpFunction('callback', app);
