import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuildInput, type Harness, projectId, startHarness } from '#test/support/cloud-build.ts';

let cloud: Harness;
beforeAll(async () => {
  cloud = await startHarness();
}, 60_000);
afterAll(() => cloud.close());

const POOL = `projects/${projectId}/locations/global/workerPools/pool`;
const step = (more: object = {}) => ({ name: cloud.image, args: ['true'], ...more });

describe('what CreateBuild refuses', () => {
  const refused: [string, () => BuildInput, status, RegExp][] = [
    ['no steps', () => ({}), status.INVALID_ARGUMENT, /no build steps are specified/],
    [
      '301 steps',
      () => ({ steps: Array(301).fill(step()) }),
      status.INVALID_ARGUMENT,
      /more than 300 build steps/,
    ],
    [
      'a step without a name',
      () => ({ steps: [{ args: ['x'] }] }),
      status.INVALID_ARGUMENT,
      /must specify name/,
    ],
    [
      'an option as a name',
      () => ({ steps: [{ name: '--privileged' }] }),
      status.INVALID_ARGUMENT,
      /step name/,
    ],
    [
      '101 args',
      () => ({ steps: [step({ args: Array(101).fill('x') })] }),
      status.INVALID_ARGUMENT,
      /too many args/,
    ],
    [
      'a long arg',
      () => ({ steps: [step({ args: ['x'.repeat(10_001)] })] }),
      status.INVALID_ARGUMENT,
      /arg 0 too long/,
    ],
    ['env without =', () => ({ steps: [step({ env: ['X'] })] }), status.INVALID_ARGUMENT, /KEY=VALUE/],
    [
      '101 envs',
      () => ({ steps: [step({ env: Array(101).fill('A=b') })] }),
      status.INVALID_ARGUMENT,
      /too many envs/,
    ],
    [
      'the same id twice',
      () => ({ steps: [step({ id: 'a' }), step({ id: 'a' })] }),
      status.INVALID_ARGUMENT,
      /not unique/,
    ],
    [
      'more than a day',
      () => ({ steps: [step()], timeout: { seconds: 86_401 } }),
      status.INVALID_ARGUMENT,
      /limit of 24h/,
    ],
    [
      'a step longer than its build',
      () => ({ steps: [step({ timeout: { seconds: 20 } })], timeout: { seconds: 10 } }),
      status.INVALID_ARGUMENT,
      /must be <= build timeout/,
    ],
    [
      'a parameter that nothing defines',
      () => ({ steps: [step({ args: ['$FOO'] })] }),
      status.INVALID_ARGUMENT,
      /key in the template "FOO" is not a valid built-in substitution/,
    ],
    [
      'that also with ALLOW_LOOSE',
      () => ({ steps: [step({ args: ['$FOO'] })], options: { substitutionOption: 'ALLOW_LOOSE' } }),
      status.INVALID_ARGUMENT,
      /not a valid built-in substitution/,
    ],
    [
      '$BUILDER_OUTPUT, which is not a substitution',
      () => ({ steps: [step({ args: ['$BUILDER_OUTPUT'] })] }),
      status.INVALID_ARGUMENT,
      /"BUILDER_OUTPUT" is not a valid built-in/,
    ],
    [
      "a user's parameter without a value",
      () => ({ steps: [step({ args: ['${_A}'] })] }),
      status.INVALID_ARGUMENT,
      /"_A" is not matched in the substitution data/,
    ],
    [
      'a value that nothing uses',
      () => ({ steps: [step()], substitutions: { _A: 'x' } }),
      status.INVALID_ARGUMENT,
      /"_A" in the substitution data is not matched/,
    ],
    [
      'a key that is not a user’s',
      () => ({ steps: [step()], substitutions: { a: 'x' } }),
      status.INVALID_ARGUMENT,
      /does not respect format/,
    ],
    [
      'a built-in that cannot be set',
      () => ({ steps: [step()], substitutions: { BUILD_ID: 'x' } }),
      status.INVALID_ARGUMENT,
      /not an overridable/,
    ],
    [
      'a bad tag',
      () => ({ steps: [step()], tags: ['a b'] }),
      status.INVALID_ARGUMENT,
      /invalid build tag "a b"/,
    ],
    [
      '65 tags',
      () => ({ steps: [step()], tags: Array.from({ length: 65 }, (_, i) => `t${i}`) }),
      status.INVALID_ARGUMENT,
      /number of tags 65 exceeded/,
    ],
    [
      'a bad account',
      () => ({ steps: [step()], serviceAccount: 'me@x' }),
      status.INVALID_ARGUMENT,
      /service_account/,
    ],
    [
      'an account without a place for its log',
      () => ({ steps: [step()], serviceAccount: 'projects/p/serviceAccounts/me@x' }),
      status.INVALID_ARGUMENT,
      /the build must either \(a\) specify 'build\.logs_bucket'/,
    ],
    [
      'that also with GCS_ONLY, the bucket not said',
      () => ({
        steps: [step()],
        serviceAccount: 'projects/p/serviceAccounts/me@x',
        options: { logging: 'GCS_ONLY' },
      }),
      status.INVALID_ARGUMENT,
      /'build\.logs_bucket'/,
    ],
    [
      'a bad bucket',
      () => ({ steps: [step()], logsBucket: 'gs://No Bucket' }),
      status.INVALID_ARGUMENT,
      /invalid bucket/,
    ],
    [
      'a bad pool',
      () => ({ steps: [step()], options: { pool: { name: 'pool' } } }),
      status.INVALID_ARGUMENT,
      /invalid worker pool "pool"/,
    ],
    [
      'a machine type beside a pool',
      () => ({ steps: [step()], options: { pool: { name: POOL }, machineType: 'E2_HIGHCPU_8' } }),
      status.INVALID_ARGUMENT,
      /machine_type/,
    ],
    [
      'a disk size beside a pool',
      () => ({ steps: [step()], options: { pool: { name: POOL }, diskSizeGb: 100 } }),
      status.INVALID_ARGUMENT,
      /disk_size_gb/,
    ],
    [
      'a pool of another region',
      () => ({ steps: [step()], options: { pool: { name: POOL.replace('global', 'local') } } }),
      status.NOT_FOUND,
      /workerpool not found/,
    ],
    [
      'secretEnv',
      () => ({ steps: [step({ secretEnv: ['A'] })] }),
      status.UNIMPLEMENTED,
      /build\.steps\[0\]\.secretEnv/,
    ],
    [
      'waitFor',
      () => ({ steps: [step({ waitFor: ['-'] })] }),
      status.UNIMPLEMENTED,
      /build\.steps\[0\]\.waitFor/,
    ],
    [
      'a script',
      () => ({ steps: [{ name: cloud.image, script: 'x' }] }),
      status.UNIMPLEMENTED,
      /steps\[0\]\.script/,
    ],
    ['images', () => ({ steps: [step()], images: ['a/b'] }), status.UNIMPLEMENTED, /build\.images/],
    [
      'secrets of Secret Manager',
      () => ({ steps: [step()], availableSecrets: { secretManager: [] } }),
      status.UNIMPLEMENTED,
      /build\.availableSecrets/,
    ],
    [
      'a source',
      () => ({ steps: [step()], source: { storageSource: { bucket: 'b' } } }),
      status.UNIMPLEMENTED,
      /build\.source/,
    ],
  ];
  it.each(refused)('%s', async (_, build, code, message) => {
    await expect(cloud.create(build())).rejects.toMatchObject({
      code,
      details: expect.stringMatching(message),
    });
    expect(cloud.server.builds()).toEqual([]);
  });

  it('an unknown project, and no project', async () => {
    const build = { steps: [step()] };
    await expect(cloud.client.createBuild({ projectId: 'nobody', build })).rejects.toMatchObject({
      code: status.PERMISSION_DENIED,
    });
    await expect(cloud.client.createBuild({ build })).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
    });
  });
});

describe('a build that is not there', () => {
  it('is NOT_FOUND for get, cancel and retry, and so is its operation', async () => {
    const missing = { projectId, id: 'no-such-build' };
    const expected = { code: status.NOT_FOUND };
    await expect(cloud.client.getBuild(missing)).rejects.toMatchObject(expected);
    await expect(cloud.client.cancelBuild(missing)).rejects.toMatchObject(expected);
    await expect(cloud.client.retryBuild(missing)).rejects.toMatchObject(expected);
    await expect(
      cloud.client.checkCreateBuildProgress('operations/build/demo-project/eA'),
    ).rejects.toMatchObject(expected);
  });
});
