import { describe, expect, it } from 'vitest';
import { parseEnv } from '#handlers/env.ts';
import { Env } from '#handlers/submit/env.ts';

const complete = {
  GOOGLE_CLOUD_PROJECT: 'project',
  REGION: 'europe-west1',
  BUILDER_IMAGE: 'registry/builder',
  BUILDER_ACCOUNT: 'builder@project.iam.gserviceaccount.com',
  BUILDER_FORK_ACCOUNT: 'forks@project.iam.gserviceaccount.com',
  EXCHANGE_URL: 'https://exchange.example/v1/exchange',
  EXCHANGE_KEY: 'key',
  POOL_CAPACITY: '2',
};
const pool = 'projects/project/locations/europe-west1/workerPools/bitflow';

describe('the environment of submit', () => {
  it('takes a private pool and a bucket for logs', () => {
    const more = { WORKER_POOL: pool, LOGS_BUCKET: 'gs://project-logs' };
    expect(parseEnv(Env, { ...complete, ...more })).toMatchObject(more);
  });

  it('takes the hosts that builds may clone from', () => {
    const hosts = 'git.internal:8443, 10.0.0.7:80';
    expect(parseEnv(Env, { ...complete, CLONE_ALLOW_HOSTS: hosts }).CLONE_ALLOW_HOSTS).toEqual([
      'git.internal:8443',
      '10.0.0.7:80',
    ]);
    expect(parseEnv(Env, complete).CLONE_ALLOW_HOSTS).toEqual([]);
  });

  it.each([
    ['WORKER_POOL', 'bitflow'],
    ['WORKER_POOL', `${pool}/more`],
    ['WORKER_POOL', pool.replace('europe-west1', 'us-central1')],
    ['LOGS_BUCKET', 'project-logs'],
    ['LOGS_BUCKET', 'gs://Project_Logs!'],
  ])('refuses %s=%s, by its name', (name, value) => {
    expect(() => parseEnv(Env, { ...complete, [name]: value })).toThrow(name);
  });
});
