import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cloudBuildCreator } from '#adapters/cloud-build/cloud-builds.ts';
import type { CloudBuildSettings } from '#adapters/cloud-build/resource.ts';
import { UserError } from '#core/errors.ts';
import type { CloudBuildSpec } from '#core/ports.ts';
import { type Harness, projectId, startHarness } from '#test/support/cloud-build.ts';

const SPEC: CloudBuildSpec = {
  buildId: 'b-0123456789abcdef01234567',
  attempt: 1,
  exchangeToken: 'token',
  trusted: true,
  timeoutS: 600,
  machineType: null,
};
const POOL = `projects/${projectId}/locations/local/workerPools/bitflow`;
const accountOf = (name: string) => `${name}@${projectId}.iam.gserviceaccount.com`;

/** What a step prints about whom its machine says that it is. */
const WHO = (account: string) => `metadata of ${account}`;

let cloud: Harness;
beforeEach(async () => {
  cloud = await startHarness({ metadataOf: async (account) => WHO(account) });
}, 60_000);
afterEach(() => cloud.close());

const creator = (fields: Partial<CloudBuildSettings> = {}) =>
  cloudBuildCreator(cloud.client, {
    projectId,
    region: 'local',
    builderImage: cloud.image,
    accounts: { trusted: accountOf('builder'), forks: accountOf('forks') },
    exchangeUrl: 'https://exchange.example/v1/exchange',
    queueTtlS: 60,
    workerPool: null,
    logsBucket: null,
    allowHosts: [],
    ...fields,
  });

/** The Build resource as it is kept for a build that was created. */
async function created(spec: Partial<CloudBuildSpec>, fields: Partial<CloudBuildSettings> = {}) {
  const { id } = await creator(fields).create({ ...SPEC, ...spec });
  return cloud.server.builds().find((build) => build.id === id);
}

describe('a build that we create', () => {
  it.each([
    [true, accountOf('builder')],
    [false, accountOf('forks')],
  ])('runs as the account that fits its code: trusted %s', async (trusted, account) => {
    expect(await created({ trusted })).toMatchObject({
      serviceAccount: `projects/${projectId}/serviceAccounts/${account}`,
      options: { logging: 'CLOUD_LOGGING_ONLY' },
    });
  });

  it('has the machine of its team', async () => {
    const build = await created({ machineType: 'E2_HIGHCPU_8' });
    expect(build).toMatchObject({ options: { machineType: 'E2_HIGHCPU_8' } });
  });

  it('has the machines of a private pool, whatever its team’s is, and its log in a bucket', async () => {
    const build = await created(
      { machineType: 'E2_HIGHCPU_8' },
      { workerPool: POOL, logsBucket: 'gs://logs' },
    );
    expect(build).toMatchObject({
      logsBucket: 'gs://logs',
      options: { logging: 'GCS_ONLY', pool: { name: POOL } },
    });
    expect(build?.options).not.toHaveProperty('machineType');
  });

  it('is refused for good where there is no such pool', async () => {
    const workerPool = POOL.replace('/local/', '/elsewhere/');
    const refused = creator({ workerPool }).create(SPEC);
    await expect(refused).rejects.toThrow(UserError);
    await expect(refused).rejects.toThrow('workerpool not found');
  });
});

it('a step asks the metadata server of its build’s account', async () => {
  const build = cloud.script('echo "$GCE_METADATA_HOST"', {
    serviceAccount: `projects/${projectId}/serviceAccounts/${accountOf('forks')}`,
    options: { logging: 'NONE' },
  });
  const { id } = await cloud.finish(build);
  expect(cloud.server.output(id ?? '')).toContain(WHO(accountOf('forks')));
});
