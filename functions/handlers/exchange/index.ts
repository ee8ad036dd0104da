import { httpFunction } from '#adapters/http/http-function.ts';
import { jwksIdentity } from '#adapters/identity/jwks.ts';
import { log } from '#adapters/log.ts';
import { secretManagerClient } from '#adapters/secrets/client.ts';
import { secretManagerStore } from '#adapters/secrets/secret-store.ts';
import { audienceOf } from '#core/cloud-run.ts';
import { common } from '../common.ts';
import { parseEnv } from '../env.ts';
import { hostsOf } from '../hosts.ts';
import { cloudBuildsOf } from '../wiring.ts';
import { exchangeApp } from './app.ts';
import { Env } from './env.ts';
import { registryWriters } from './writers.ts';

const env = parseEnv(Env, process.env);
const secretManager = secretManagerClient(env.GOOGLE_CLOUD_PROJECT, env.SECRET_MANAGER_ENDPOINT);

const app = exchangeApp({
  ...common(env),
  cloudBuilds: cloudBuildsOf(env),
  secrets: secretManagerStore(secretManager, env.GOOGLE_CLOUD_PROJECT),
  identity: jwksIdentity({
    jwksUrl: env.IDENTITY_JWKS_URL,
    issuer: env.IDENTITY_ISSUER,
    audience: audienceOf(env.EXCHANGE_URL),
  }),
  hosts: hostsOf(env),
  exchangeKey: env.EXCHANGE_KEY,
  callbackUrl: env.CALLBACK_URL,
  builderAccounts: { trusted: env.BUILDER_ACCOUNT, forks: env.BUILDER_FORK_ACCOUNT },
  registry: { staging: env.REGISTRY_STAGING, cache: env.REGISTRY_CACHE },
  ...registryWriters(env),
  onLeftOver: (error) => log('WARNING', 'an effect is left to sweep', { error }),
  limits: { image_bytes: env.IMAGE_LIMIT_BYTES, log_bytes: env.LOG_LIMIT_BYTES },
});

httpFunction('exchange', app);
