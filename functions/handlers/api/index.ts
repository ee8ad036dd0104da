import { randomUUID } from 'node:crypto';
import { httpFunction } from '#adapters/http/http-function.ts';
import { httpPlanner } from '#adapters/planner/http.ts';
import { gitRefLookup } from '#adapters/refs/lookup.ts';
import { secretManagerClient } from '#adapters/secrets/client.ts';
import { secretManagerStore } from '#adapters/secrets/secret-store.ts';
import { imageCatalogs } from '../catalogs.ts';
import { common } from '../common.ts';
import { parseEnv } from '../env.ts';
import { hostsOf } from '../hosts.ts';
import { registryAccess, releaseRegistries } from '../registries.ts';
import { cloudBuildsOf } from '../wiring.ts';
import { apiApp } from './app.ts';

import { Env } from './env.ts';
import { assetRoutes } from './reference/assets.ts';
import { accessSettings, deviceSignIn } from './settings.ts';

const env = parseEnv(Env, process.env);
const clonePolicy = { allow: env.CLONE_ALLOW_HOSTS };
const secretManager = secretManagerClient(env.GOOGLE_CLOUD_PROJECT, env.SECRET_MANAGER_ENDPOINT);

const shared = common(env);
const registries = registryAccess(env, shared.store);

const app = apiApp({
  ...shared,
  unique: randomUUID,
  cloudBuilds: cloudBuildsOf(env),
  secrets: secretManagerStore(secretManager, env.GOOGLE_CLOUD_PROJECT),
  refs: gitRefLookup(clonePolicy),
  planner: httpPlanner(env.PLANNER_URL),
  hosts: hostsOf(env),
  clonePolicy,
  images: { ...shared, ...releaseRegistries(env, registries), ...imageCatalogs(env, registries) },
  registryPolicy: { allow: env.REGISTRY_ALLOW_HOSTS },
  release: env.REGISTRY_RELEASE,
  provisioned: env.TEAMS ?? null,
  capacity: env.POOL_CAPACITY,
  webhookKey: env.WEBHOOK_KEY,
  webhooks: env.WEBHOOKS_URL ?? null,
  access: accessSettings(env),
  deviceSignIn: deviceSignIn(env),
});

assetRoutes(app, new URL('./reference/', import.meta.url));
httpFunction('api', app);
