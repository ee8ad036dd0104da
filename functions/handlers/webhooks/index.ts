import { HOST_WEBHOOKS } from '#adapters/git-hosts/webhooks.ts';
import { httpFunction } from '#adapters/http/http-function.ts';
import { common } from '../common.ts';
import { parseEnv } from '../env.ts';
import { webhooksApp } from './app.ts';
import { Env } from './env.ts';

const env = parseEnv(Env, process.env);

const deps = { ...common(env), webhookKey: env.WEBHOOK_KEY };

const secrets = { github: env.GITHUB_WEBHOOK_SECRETS, gitlab: [], gitee: [] };

httpFunction('webhooks', webhooksApp(deps, HOST_WEBHOOKS, secrets));
