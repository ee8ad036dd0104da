import { httpFunction } from '#adapters/http/http-function.ts';
import { gitRefLookup } from '#adapters/refs/lookup.ts';
import { secretManagerClient } from '#adapters/secrets/client.ts';
import { secretManagerStore } from '#adapters/secrets/secret-store.ts';
import { tell } from '#adapters/telemetry/tell.ts';
import { imageCatalogs } from '../catalogs.ts';
import { parseEnv } from '../env.ts';
import { hostsOf } from '../hosts.ts';
import { onLeftAtHost } from '../left-at-host.ts';
import { recorder } from '../recorder.ts';
import { registryAccess } from '../registries.ts';
import { sweepApp } from './app.ts';
import { Env } from './env.ts';

const env = parseEnv(Env, process.env);
const secretManager = secretManagerClient(env.GOOGLE_CLOUD_PROJECT, env.SECRET_MANAGER_ENDPOINT);
const shared = recorder(env);
const deps = {
  ...shared,
  ...imageCatalogs(env, registryAccess(env, shared.store)),
  secrets: secretManagerStore(secretManager, env.GOOGLE_CLOUD_PROJECT),
  hosts: hostsOf(env),
  refs: gitRefLookup({ allow: env.CLONE_ALLOW_HOSTS }),
  webhooks: env.WEBHOOKS_URL ?? null,
  provisioned: env.TEAMS ?? null,
  onLeftAtHost,
  graceMs: env.SWEEP_GRACE_MS,
};

httpFunction('sweep', sweepApp(deps, tell));
