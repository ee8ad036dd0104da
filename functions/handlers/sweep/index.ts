import { Hono } from 'hono';
import { httpFunction } from '#adapters/http/http-function.ts';
import { answerProblems } from '#adapters/http/problem.ts';
import { log } from '#adapters/log.ts';
import { gitRefLookup } from '#adapters/refs/lookup.ts';
import { secretManagerClient } from '#adapters/secrets/client.ts';
import { secretManagerStore } from '#adapters/secrets/secret-store.ts';
import { sweep } from '#use-cases/sweep.ts';
import { imageCatalogs } from '../catalogs.ts';
import { parseEnv } from '../env.ts';
import { hostsOf } from '../hosts.ts';
import { onLeftAtHost } from '../left-at-host.ts';
import { recorder } from '../recorder.ts';
import { registryAccess } from '../registries.ts';
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
  onLeftAtHost,
  graceMs: env.SWEEP_GRACE_MS,
};
const app = new Hono();

answerProblems(app);
app.post('/', async (context) => {
  const report = await sweep(deps);
  const found = Object.keys(report.repaired).length + report.failures.length > 0;
  if (found) log(report.failures.length > 0 ? 'ERROR' : 'WARNING', 'sweep found work', { ...report });
  return context.json(report);
});

httpFunction('sweep', app);
