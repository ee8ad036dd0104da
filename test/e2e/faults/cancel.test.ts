import { readdir, readFile } from 'node:fs/promises';
import { PubSub } from '@google-cloud/pubsub';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Build } from '#core/build.ts';
import { eventKey, signBody } from '#core/ids.ts';
import { type HttpGate, httpGate } from '#test/support/faulty/http-gate.ts';
import { type FaultyStack, startFaultyStack, until } from '#test/support/faulty/stack.ts';
import { ended, localImage, testRepository } from '#test/support/stack.ts';

const SCRATCH = { Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' };
/** A number of seconds that no other process on this machine sleeps. */
const SLEEP = '4321';
const SLEEPER = { Dockerfile: `FROM debian:bookworm-slim\nRUN echo asleep && sleep ${SLEEP}\n` };
const DIGEST = `sha256:${'a'.repeat(64)}`;

/** One slot, so that the next build shows when it is free. Nothing is swept here. */
describe('a cancel is a fence', () => {
  let faulty: FaultyStack;
  let git: HttpGate;
  beforeAll(async () => {
    git = await httpGate(() => new URL(faulty.stack.info.git).host);
    faulty = await startFaultyStack({ capacity: 1, allowHosts: [git.address] });
  });
  afterAll(async () => {
    await faulty.stop();
    await git.close();
  });

  const cancel = (id: string) => faulty.client.request('POST', `/v1/builds/${id}/cancel`);

  async function pushed(files: Readonly<Record<string, string>>, connect = {}) {
    const repository = await testRepository(faulty.stack.info, { files, connect });
    const { delivery } = await repository.push();
    return { id: delivery.build_ids[0] ?? '', fullName: repository.fullName };
  }

  /** Cancels, and sees that nothing is left of the build, that nothing brings it back, and that the next one runs. */
  async function cancelled({ id, fullName }: { id: string; fullName: string }) {
    const next = await pushed(SCRATCH);
    expect(await cancel(id)).toMatchObject({ status: 200 });
    const build = await until(faulty, id, ({ status }) => status === 'cancelled');
    await expect.poll(() => faulty.containers(id), { timeout: 20_000 }).toEqual([]);
    await until(faulty, next.id, ({ status }) => status !== 'queued', 10_000);
    await expect.poll(sleepers, { timeout: 10_000 }).toEqual([]);

    await reportSuccess(build);
    const { build: other, log } = await ended(faulty.client, next.id);
    expect(other, log).toMatchObject({ status: 'succeeded' });
    const after = await faulty.store.builds.get(id);
    expect(after).toMatchObject({ status: 'cancelled', result: null, moved_tags: [], effects: [] });
    for (const tag of build.image.tags) {
      expect(
        await faulty.registry.digest(`${faulty.stack.info.registry}/release/local/${fullName}`, tag),
      ).toBe(null);
      expect(await faulty.store.tags.get(localImage(fullName), tag)).toBe(null);
    }
  }

  /** A success that comes too late, signed as the builder of this very attempt signs it. */
  async function reportSuccess({ id, attempt, cloud_build_id }: Build) {
    const manifests = [{ platform: 'linux/amd64', manifest_digest: DIGEST }];
    const result = { index_digest: DIGEST, manifests, size_bytes: 1, builder_type: 'dockerfile' };
    const report = { type: 'built', stages: [], result, last_log_chunk: null };
    const of = { build_id: id, attempt: Math.max(1, attempt), cloud_build_id: cloud_build_id ?? 'unknown' };
    const data = Buffer.from(JSON.stringify({ version: 1, ...of, report }));
    const signature = signBody(eventKey(faulty.exchangeKey, id, of.attempt), data);
    const { projectId, pubsubEmulatorHost: apiEndpoint } = faulty.stack.info;
    const pubsub = new PubSub({ projectId, apiEndpoint, emulatorMode: true });
    await pubsub.topic('build-events').publishMessage({ data, attributes: { signature } });
    await pubsub.close();
  }

  test('queued', async () => {
    const first = await pushed(SLEEPER);
    await until(faulty, first.id, ({ status }) => status === 'running');
    const waiting = await pushed(SCRATCH);
    expect(await cancel(waiting.id)).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    expect(await faulty.containers(waiting.id)).toEqual([]);
    await cancelled(first);
    expect(await faulty.store.builds.get(waiting.id)).toMatchObject({ status: 'cancelled', attempt: 0 });
  });

  test('submitting: the Cloud Build that is created all the same is ended', async () => {
    const gate = faulty.gates.submitToCloudBuild;
    gate.hold('requests');
    const build = await pushed(SLEEPER);
    await until(faulty, build.id, ({ status }) => status === 'submitting');
    await expect.poll(() => gate.held()).toBeGreaterThan(0);
    expect(await cancel(build.id)).toMatchObject({ status: 200, body: { status: 'cancelling' } });
    gate.release();
    await cancelled(build);
  });

  test('cloning', async () => {
    const reached = Promise.withResolvers<void>();
    const over = Promise.withResolvers<void>();
    git.decide(async () => {
      reached.resolve();
      await over.promise;
      return { kind: 'lost' };
    });
    const repository = await testRepository(faulty.stack.info, { files: SCRATCH, cloneHost: git.address });
    const { delivery } = await repository.push();
    const build = { id: delivery.build_ids[0] ?? '', fullName: repository.fullName };
    await reached.promise;
    await until(faulty, build.id, ({ stages }) => stages.at(-1)?.name === 'clone');
    await cancelled(build);
    over.resolve();
  });

  test('building: the command that runs is ended too', async () => {
    const build = await pushed(SLEEPER);
    await expect.poll(sleepers, { timeout: 60_000 }).not.toEqual([]);
    await cancelled(build);
  });

  test('pushing', async () => {
    const build = await pushed({ Dockerfile: 'FROM debian:bookworm-slim\nRUN echo now > /now && sleep 2\n' });
    await until(faulty, build.id, ({ stages }) => stages.at(-1)?.name === 'build');
    await expect.poll(async () => (await sleeping('2')).length, { timeout: 60_000, interval: 20 }).toBe(1);
    faulty.stack.pause('registry');
    try {
      await until(faulty, build.id, ({ stages }) => stages.at(-1)?.name === 'push');
      expect(await cancel(build.id)).toMatchObject({ status: 200 });
      await until(faulty, build.id, ({ status }) => status === 'cancelled');
      await expect.poll(() => faulty.containers(build.id), { timeout: 20_000 }).toEqual([]);
    } finally {
      faulty.stack.resume('registry');
    }
    await cancelled(build);
  });

  test('promoting: too late, 409, and it succeeds', async () => {
    const over = Promise.withResolvers<void>();
    faulty.gates.recordToRegistry.decide(async ({ method }) => {
      if (method !== 'GET' && method !== 'HEAD') await over.promise;
      return { kind: 'pass' };
    });
    const { id } = await pushed(SCRATCH);
    await until(faulty, id, ({ status }) => status === 'promoting');
    expect(await cancel(id)).toMatchObject({ status: 409, body: { code: 'conflict' } });
    over.resolve();
    const { build, log } = await ended(faulty.client, id);
    expect(build, log).toMatchObject({ status: 'succeeded' });
    expect(build.image?.tags).toContain('latest');
  });

  const sleepers = () => sleeping(SLEEP);
});

/** Processes of this machine, in containers too, that sleep for so many seconds. */
async function sleeping(seconds: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^[0-9]+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')), // it ended meanwhile
  );
  return lines.filter((line) => line === `sleep\0${seconds}\0`);
}
