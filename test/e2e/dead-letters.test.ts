import { PubSub } from '@google-cloud/pubsub';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { SUBSCRIPTIONS, TOPICS } from '#core/messages.ts';
import { type ApiDeadLetter, pushPayload, StackClient } from '#local/client.ts';
import { readMachine } from '#local/machine.ts';
import { type Stack, startStack } from '#local/stack.ts';
import type { StackInfo } from '#local/stack-info.ts';
import { countDeliveries } from '#test/support/count-deliveries.ts';
import { type Gate, gateTo } from '#test/support/gate.ts';
import { ended, testRepository } from '#test/support/stack.ts';

const SCRATCH = { Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' };

const pubsubOf = (info: StackInfo): PubSub =>
  new PubSub({ projectId: info.projectId, apiEndpoint: info.pubsubEmulatorHost, emulatorMode: true });

describe('poisoned messages', () => {
  const info = inject('stack');
  const client = new StackClient(info);
  const pubsub = pubsubOf(info);
  afterAll(() => pubsub.close());

  /** Those that came since `before`, once there are so many. */
  async function lettersSince(before: readonly ApiDeadLetter[], count: number): Promise<ApiDeadLetter[]> {
    const known = new Set(before.map(({ id }) => id));
    const fresh = async () => (await client.deadLetters()).filter(({ id }) => !known.has(id));
    await expect.poll(async () => (await fresh()).length, { timeout: 30_000 }).toBe(count);
    return fresh();
  }

  test('are kept and shown, and hold up nothing: a build amid them succeeds', async () => {
    const before = await client.deadLetters();
    const topics = SUBSCRIPTIONS.map(({ topic }) => topic).filter((topic) => topic !== TOPICS.deadLetters);
    const repository = await testRepository(info, { files: SCRATCH });
    const data = Buffer.from('no JSON');
    const poison = topics.flatMap((topic) => Array.from({ length: 5 }, () => topic));
    const [{ build, log }] = await Promise.all([
      repository.build(),
      ...poison.map((topic) => pubsub.topic(topic).publishMessage({ data })),
    ]);
    expect(build, log).toMatchObject({ status: 'succeeded', attempt: 1 });

    const letters = await lettersSince(before, poison.length);
    expect(letters.map(({ topic }) => topic).toSorted()).toEqual(poison.toSorted());
    for (const letter of letters)
      expect(letter).toMatchObject({ reason: 'the body is not JSON', size_bytes: 7, replays: 0 });
  });

  test('a forged one is shown with the build that it names, and is no better when it is replayed', async () => {
    const before = await client.deadLetters();
    const build_id = `b-${'0'.repeat(24)}`;
    const report = { type: 'progress', stages: [], builder_type: null };
    const forged = { version: 1, build_id, attempt: 1, cloud_build_id: 'x', report };
    const attributes = { signature: 'forged' };
    await pubsub.topic(TOPICS.buildEvents).publishMessage({ json: forged, attributes });
    const [letter] = await lettersSince(before, 1);
    const shown = { topic: 'build-events', function: 'record', build_id, replayable: true };
    expect(letter).toMatchObject({ ...shown, reason: expect.stringContaining('not signed') });

    const replayed = await client.replay(letter?.id ?? '');
    expect(replayed).toMatchObject({ id: letter?.id, replays: 1, replayed_at: expect.any(String) });
    const [again] = await lettersSince(before, 2);
    expect(again).toMatchObject({ ...shown, replays: 0, reason: letter?.reason });
  });

  test('what lies among the dead letters and is none is kept, and cannot be replayed', async () => {
    const before = await client.deadLetters();
    await pubsub.topic(TOPICS.deadLetters).publishMessage({ data: Buffer.from('whatever') });
    const [letter] = await lettersSince(before, 1);
    expect(letter).toMatchObject({ topic: null, function: null, replayable: false, size_bytes: 8 });
    expect(await client.request('POST', `/v1/dead-letters/${letter?.id}/replay`)).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
    expect(await client.request('POST', '/v1/dead-letters/dl-none/replay')).toMatchObject({ status: 404 });
  });
});

/** A stack of its own, that gives up early and does not sweep: what was given up stays undone. */
describe('what failed because an outside was away', () => {
  let stack: Stack;
  let client: StackClient;
  let registry: Gate;
  let counting: { close: () => Promise<void> };

  beforeAll(async () => {
    stack = await startStack({
      machine: await readMachine(),
      maxDeliveryAttempts: 5,
      sweepEveryMs: 0,
      envOf: async (name, env) => {
        if (name !== 'record') return env;
        const { INSECURE_REGISTRIES: address = '', REGISTRY_STAGING = '', REGISTRY_RELEASE = '' } = env;
        registry = await gateTo(address);
        const through = (path: string) => path.replace(address, registry.address);
        return {
          ...env,
          INSECURE_REGISTRIES: registry.address,
          REGISTRY_STAGING: through(REGISTRY_STAGING),
          REGISTRY_RELEASE: through(REGISTRY_RELEASE),
        };
      },
      pushTo: async (name, url) => {
        if (name !== 'record') return url;
        const relay = await countDeliveries(url);
        counting = relay;
        return relay.url;
      },
      log: () => undefined,
    });
    client = new StackClient(stack.info);
  });

  afterAll(async () => {
    await stack.stop();
    await registry.close();
    await counting.close();
  });

  /** The letter of that topic about that build, once it is there. */
  async function letterOf(topic: string, buildId: string | null): Promise<ApiDeadLetter> {
    const find = async () =>
      (await client.deadLetters()).find((letter) => letter.topic === topic && letter.build_id === buildId);
    await expect.poll(find, { timeout: 120_000, interval: 500 }).toBeDefined();
    return (await find()) ?? expect.fail();
  }

  test('a delivery that found intake dead is kept, and makes its build when it is replayed', async () => {
    const { fullName, copy } = await testRepository(stack.info, { files: SCRATCH });
    const after = await copy.commitAndPush('first');
    await stack.kill('intake');
    const push = pushPayload({ fullName, ref: 'refs/heads/main', before: null, after });
    const accepted = await client.deliver('push', push);
    expect(accepted).toMatchObject({ status: 202 });

    const letter = await letterOf(TOPICS.deliveries, null);
    expect(letter).toMatchObject({ function: 'intake', attempts: 5, replayable: true });
    expect(letter.reason).toBe('nobody acknowledged it in 5 attempts; the log of intake may say why');
    await stack.restart('intake');
    expect((await client.request('GET', '/v1/builds')).body).toMatchObject({ builds: [] });
    expect(await client.replay(letter.id)).toMatchObject({ replays: 1 });

    const { delivery_id } = z.object({ delivery_id: z.string() }).parse(accepted.body);
    const { build_ids } = await client.decided(delivery_id);
    expect(build_ids).toHaveLength(1);
    const { build, log } = await ended(client, build_ids[0] ?? '');
    expect(build, log).toMatchObject({ status: 'succeeded', commit_sha: after });
  });

  test('a result that found no registry is kept with the reason, and is released when it is replayed', async () => {
    const repository = await testRepository(stack.info, { files: SCRATCH });
    registry.shut();
    const { delivery } = await repository.push();
    const [build_id = ''] = delivery.build_ids;

    const letter = await letterOf(TOPICS.buildEvents, build_id);
    expect(letter).toMatchObject({ function: 'record', attempts: 5, replayable: true });
    expect(letter.reason).toBe(`the registry ${registry.address} is not reachable`);
    expect((await client.build(build_id)).status).toBe('running');
    registry.open();
    await client.replay(letter.id);
    const { build, log } = await ended(client, build_id);
    expect(build, log).toMatchObject({
      status: 'succeeded',
      attempt: 1,
      image: { digest: expect.any(String) },
    });
  });
});
