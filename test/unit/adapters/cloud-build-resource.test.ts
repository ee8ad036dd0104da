import { describe, expect, it } from 'vitest';
import { buildResource, type CloudBuildSettings } from '#adapters/cloud-build/resource.ts';

const SETTINGS: CloudBuildSettings = {
  projectId: 'project',
  region: 'europe-west1',
  builderImage: 'registry/builder',
  accounts: { trusted: 'builder@example.com', forks: 'forks@example.com' },
  exchangeUrl: 'https://exchange.example/v1/exchange',
  queueTtlS: 60,
  workerPool: null,
  logsBucket: null,
  allowHosts: [],
};

/** What the step of a build is told, by name. */
function stepEnv(settings: Partial<CloudBuildSettings>): Record<string, string> {
  const spec = {
    buildId: 'b-0123456789abcdef01234567',
    attempt: 1,
    exchangeToken: 'token',
    trusted: true,
    timeoutS: 600,
    machineType: null,
  };
  const env = buildResource({ ...SETTINGS, ...settings }, spec).steps?.[0]?.env ?? [];
  return Object.fromEntries(env.map((entry) => [entry.replace(/=.*/s, ''), entry.replace(/^[^=]*=/, '')]));
}

describe('the step of a build', () => {
  it('is told of the hosts that it may clone from', () => {
    const allowHosts = ['git.internal:8443', '10.0.0.7:80'];
    expect(stepEnv({ allowHosts })).toHaveProperty('BITFLOW_ALLOW_HOSTS', 'git.internal:8443,10.0.0.7:80');
  });

  it('is told of none where there are none', () => {
    expect(Object.keys(stepEnv({}))).toEqual([
      'BITFLOW_BUILD_ID',
      'BITFLOW_ATTEMPT',
      'BITFLOW_EXCHANGE_URL',
      'BITFLOW_EXCHANGE_TOKEN',
      'CLOUD_BUILD_ID',
      'GOOGLE_CLOUD_PROJECT',
    ]);
  });
});
