import { gitHosts } from '#adapters/git-hosts/index.ts';
import { httpFunction } from '#adapters/http/http-function.ts';
import { common } from '../common.ts';
import { parseEnv } from '../env.ts';
import { webhooksApp } from './app.ts';
import { Env } from './env.ts';

const env = parseEnv(Env, process.env);
const hosts = gitHosts({ github: { cloneToken: null, cloneHost: 'github.com' } });

const deps = { ...common(env), webhookKey: env.WEBHOOK_KEY };

httpFunction('webhooks', webhooksApp(deps, hosts, { github: env.GITHUB_WEBHOOK_SECRETS }));
