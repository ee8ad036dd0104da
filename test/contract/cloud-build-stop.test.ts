import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CloudBuildOptions } from '#local/cloud-build/options.ts';
import { type Harness, projectId, startHarness } from '#test/support/cloud-build.ts';
import { engineCall } from '#test/support/tiny-image.ts';

let cloud: Harness;
const open: Harness[] = [];
const start = async (overrides: Partial<CloudBuildOptions> = {}) => {
  cloud = await startHarness(overrides);
  open.push(cloud);
  return cloud;
};
vi.setConfig({ testTimeout: 40_000 });
beforeEach(async () => void (await start()), 60_000);
afterEach(async () => {
  for (const harness of open.splice(0)) await harness.close();
}, 60_000);

const containersOf = ({ engine, containerPrefix }: Harness) =>
  engineCall(engine, ['ps', '--all', '--quiet', '--filter', `label=bitflow.stack=${containerPrefix}`]);
const hello = 'echo hello; exec sleep 300';
/** until a step has said something: its container runs */
const speaks = (id: string) =>
  vi.waitFor(() => expect(cloud.server.output(id)).not.toEqual([]), { timeout: 20_000, interval: 20 });

describe('a build that is stopped', () => {
  it('is CANCELLED while it works: the container is gone before anyone is told', async () => {
    const seen: [string, string][] = [];
    await start({
      publish: async ({ attributes }) => {
        seen.push([attributes.status, await containersOf(cloud)]);
      },
    });
    const id = await cloud.create(cloud.script(hello));
    await speaks(id);
    const [answer] = await cloud.client.cancelBuild({ projectId, id });
    expect(answer).toMatchObject({ status: 'CANCELLED', steps: [{ status: 'CANCELLED' }] });
    await vi.waitFor(() => expect(seen.at(-1)).toEqual(['CANCELLED', '']));
    expect(seen.map(([at]) => at)).toEqual(['QUEUED', 'WORKING', 'CANCELLED']);
    await expect(cloud.client.cancelBuild({ projectId, id })).rejects.toMatchObject({
      code: status.FAILED_PRECONDITION,
    });
  });

  it('is CANCELLED right after it was created, and two cancels at once agree', async () => {
    const id = await cloud.create(cloud.script(hello));
    const answers = await Promise.all([1, 2].map(() => cloud.client.cancelBuild({ projectId, id })));
    expect(answers.map(([{ status: at }]) => at)).toEqual(['CANCELLED', 'CANCELLED']);
    expect(await containersOf(cloud)).toBe('');
  });

  it('times out: TIMEOUT for the build’s limit, FAILURE for a step’s', async () => {
    const build = await cloud.finish(cloud.script(hello, { timeout: { seconds: 1 } }));
    expect(build).toMatchObject({ status: 'TIMEOUT', steps: [{ status: 'WORKING' }] });
    expect(cloud.statuses(build.id ?? '')).toEqual(['QUEUED', 'WORKING', 'TIMEOUT']);
    const [step] = cloud.script(hello).steps ?? [];
    const slow = await cloud.finish({ steps: [{ ...step, timeout: { seconds: 1 } }] });
    expect(slow).toMatchObject({ status: 'FAILURE', steps: [{ status: 'TIMEOUT' }] });
    expect(slow.statusDetail).toMatch(/failed: context deadline exceeded$/);
    expect(await containersOf(cloud)).toBe('');
  });

  it('cannot be cancelled when it has ended, but retried: the same request is a new build', async () => {
    const build = await cloud.finish(cloud.script('echo $$BUILD_ID', { tags: ['again'] }));
    await expect(cloud.client.cancelBuild({ projectId, id: build.id ?? '' })).rejects.toMatchObject({
      code: status.FAILED_PRECONDITION,
    });
    const [operation] = await cloud.client.retryBuild({ projectId, id: build.id ?? '' });
    const [second] = await operation.promise();
    expect(second.tags).toEqual(['again']);
    expect(cloud.statuses(second.id ?? '')).toEqual(['QUEUED', 'WORKING', 'SUCCESS']);
    expect(second.id).not.toBe(build.id);
  });
});

describe('the queue', () => {
  it('runs as many as its capacity, first in first out; a queued one is cancelled or expires unseen', async () => {
    await start({ capacity: 1 });
    const first = await cloud.create(cloud.script(hello));
    await cloud.reached(first, ['WORKING']);
    const cancelled = await cloud.create(cloud.script('true'));
    const expired = await cloud.create(cloud.script('true', { queueTtl: { seconds: 1 } }));
    const second = await cloud.create(cloud.script('true'));
    const third = await cloud.create(cloud.script('true'));
    await cloud.client.cancelBuild({ projectId, id: cancelled });
    expect(await cloud.reached(expired)).toBe('EXPIRED');
    expect([second, third].map((id) => cloud.statuses(id))).toEqual([['QUEUED'], ['QUEUED']]);
    await cloud.client.cancelBuild({ projectId, id: first });
    await cloud.reached(third);
    expect(cloud.statuses(cancelled)).toEqual(['QUEUED', 'CANCELLED']);
    expect(cloud.statuses(expired)).toEqual(['QUEUED', 'EXPIRED']);
    const worked = cloud.published.filter(({ status: at }) => at === 'WORKING').map(({ buildId }) => buildId);
    expect(worked).toEqual([first, second, third]);
  });

  it('publishes in order although publishing fails', async () => {
    let failures = 0;
    const seen: string[] = [];
    await start({
      publish: async ({ attributes }) => {
        // Only the first message has trouble: the others must wait for it.
        if (attributes.status === 'QUEUED' && failures++ < 2) throw new Error('the bus is away');
        seen.push(attributes.status);
      },
    });
    await cloud.create(cloud.script('true'));
    await vi.waitFor(() => expect(seen).toEqual(['QUEUED', 'WORKING', 'SUCCESS']), { timeout: 20_000 });
    expect(cloud.errors.length).toBe(2);
  });
});

describe('the end of the server', () => {
  it('leaves no container, of its own or of a run before, and cancels what it has', async () => {
    const { engine, image, containerPrefix } = cloud;
    const left = [
      'run',
      '--detach',
      '--label',
      `bitflow.stack=${containerPrefix}`,
      ...engine.runArgs,
      '--network',
      'host',
    ];
    await engineCall(engine, [...left, image, 'sleep', '300']);
    await start({ containerPrefix });
    expect(
      await engineCall(engine, ['ps', '-aq', '--filter', `label=bitflow.stack=${containerPrefix}`]),
    ).toBe('');
    await start({ capacity: 1 });
    const running = await cloud.create(cloud.script(hello));
    const queued = await cloud.create(cloud.script('true'));
    await speaks(running);
    await cloud.server.close();
    expect(await containersOf(cloud)).toBe('');
    expect(cloud.statuses(running)).toEqual(['QUEUED', 'WORKING', 'CANCELLED']);
    expect(cloud.statuses(queued)).toEqual(['QUEUED', 'CANCELLED']);
  });
});
