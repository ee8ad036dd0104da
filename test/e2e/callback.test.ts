import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ociRegistry } from '#adapters/registry/oci-registry.ts';
import { type CallbackMessage, signCallback } from '#core/callback.ts';
import { callbackToken } from '#core/ids.ts';
import { Secret } from '#core/secret.ts';
import { StackClient } from '#local/client.ts';
import { readMachine } from '#local/machine.ts';
import { type Stack, startStack } from '#local/stack.ts';
import { type CallbackRelay, type Captured, callbackRelay, send } from '#test/support/callback-relay.ts';
import { aResult, digestOf } from '#test/support/memory/examples.ts';
import { ended, testRepository } from '#test/support/stack.ts';

const SCRATCH = { Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' };
const KEY = 'a-key-that-this-test-knows';
const tokenOf = (buildId: string, attempt = 1) => callbackToken(new Secret(KEY), buildId, attempt);

/**
 * A stack of its own, whose builders cannot publish: they call back through a relay that keeps what it sees.
 * `record` gets no message at all and `sweep` never looks, so what becomes of a build came by callback.
 */
describe('builders that cannot publish', () => {
  let relay: CallbackRelay;
  let stack: Stack;
  let client: StackClient;

  beforeAll(async () => {
    relay = await callbackRelay();
    stack = await startStack({
      machine: await readMachine(),
      env: { EXCHANGE_KEY: KEY },
      envOf: (name, env) => (name === 'exchange' ? { ...env, CALLBACK_URL: relay.url } : env),
      pushTo: (name, url) => (name === 'record' ? `${relay.url}/lost` : url),
      workerEnv: { BITFLOW_REPORT: 'callback' },
      sweepEveryMs: 0,
      log: () => undefined,
    });
    relay.target = stack.info.callback;
    client = new StackClient(stack.info);
  });

  afterAll(async () => {
    await stack.stop();
    await relay.close();
  });

  const saidOf = (id: string) => relay.of(id).map(({ message, status }) => [message.status, status]);
  const resend = ({ path, signature, body }: Captured) => send(stack.info.callback, path, signature, body);
  const call = (message: CallbackMessage, token = tokenOf(message.build_id)) => {
    const body = JSON.stringify(message);
    return send(
      stack.info.callback,
      `/v1/builds/${message.build_id}/callback`,
      signCallback(token, body),
      body,
    );
  };
  const released = (fullName: string) =>
    ociRegistry({ insecure: [stack.info.registry], credential: async () => null }).digest(
      `${stack.info.registry}/release/local/${fullName}`,
      'latest',
    );
  const log = () => readFile(join(stack.dir, 'logs', 'callback.log'), 'utf8');

  /** Everything that passed by is refused when it comes again, with one answer, and changes nothing. */
  async function expectNoReplay(id: string): Promise<void> {
    const before = await client.build(id);
    for (const captured of relay.of(id)) {
      const { status, text } = await resend(captured);
      expect(status).toBe(401);
      expect(JSON.parse(text)).toMatchObject({ code: 'unauthenticated', errors: [] });
      expect(text).not.toContain(id);
    }
    expect(await client.build(id)).toEqual(before);
  }

  test('a build succeeds by what its builder calls back, and nothing of it can be played again', async () => {
    const repository = await testRepository(stack.info, { files: SCRATCH });
    const { build, log: lines } = await repository.build();
    expect(build, lines).toMatchObject({
      status: 'succeeded',
      attempt: 1,
      builder_type: 'dockerfile',
      image: { tags: expect.arrayContaining(['latest']) },
    });
    expect(build.stages.map(({ name }) => name)).toEqual(expect.arrayContaining(['clone', 'build', 'push']));
    expect(saidOf(build.id)).toEqual([
      ['RUNNING', 204],
      ['SUCCEEDED', 204],
    ]);
    expect(relay.of(build.id).at(-1)?.message).toMatchObject({ digest: build.image?.digest });
    expect(JSON.stringify(relay.of(build.id))).not.toContain(tokenOf(build.id));
    expect(await released(repository.fullName)).toBe(build.image?.digest);

    await expectNoReplay(build.id);
    const logged = await log();
    for (const why of ['RUNNING was said already', 'SUCCEEDED was said already'])
      expect(logged).toContain(why);
    for (const { signature, body } of relay.of(build.id)) {
      expect(logged).not.toContain(signature);
      expect(logged).not.toContain(JSON.stringify(body).slice(1, -1));
    }
  });

  test('a build that fails says why', async () => {
    const files = { Dockerfile: 'FROM debian:bookworm-slim\nRUN echo about-to-fail && exit 3\n' };
    const { build } = await (await testRepository(stack.info, { files })).build();
    expect(build).toMatchObject({ status: 'failed', image: null, error: { code: 'build_failed' } });
    expect(build.error?.message).toContain('exit');
    expect(saidOf(build.id)).toEqual([
      ['RUNNING', 204],
      ['FAILED', 204],
    ]);
    await expectNoReplay(build.id);
  });

  test('a service that was away for a while is told all the same', async () => {
    const repository = await testRepository(stack.info, { files: SCRATCH });
    await stack.kill('callback');
    const { delivery } = await repository.push();
    const [id = ''] = delivery.build_ids;
    await expect.poll(() => relay.of(id).length, { timeout: 60_000 }).toBeGreaterThan(0);
    await stack.restart('callback');
    const { build } = await ended(client, id);
    expect(build).toMatchObject({ status: 'succeeded', attempt: 1 });
    const accepted = saidOf(id).filter(([, status]) => status === 204);
    expect(accepted).toEqual([
      ['RUNNING', 204],
      ['SUCCEEDED', 204],
    ]);
  });

  test('forgeries change nothing; a digest that staging does not have is accepted once, and releases nothing', async () => {
    const files = { Dockerfile: 'FROM debian:bookworm-slim\nRUN sleep 10\n' };
    const repository = await testRepository(stack.info, { files });
    const { delivery } = await repository.push();
    const [id = ''] = delivery.build_ids;
    await expect.poll(() => saidOf(id), { timeout: 60_000 }).toEqual([['RUNNING', 204]]);
    const digest = digestOf('f');
    const lie: CallbackMessage = {
      ...{ version: 1, build_id: id, status: 'SUCCEEDED', at: Date.now() },
      ...{ digest, result: aResult(digest), stages: [] },
    };
    for (const token of [tokenOf(id, 2), tokenOf(`b-${'0'.repeat(24)}`), 'guess']) {
      expect((await call(lie, token)).status).toBe(401);
    }
    const nobody: CallbackMessage = { ...lie, build_id: `b-${'0'.repeat(24)}` };
    expect((await call(nobody)).status).toBe(401);
    expect(await client.build(id)).toMatchObject({ status: 'running' });

    const answers = await Promise.all(Array.from({ length: 20 }, () => call(lie)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, ...Array(19).fill(401)]);
    const error = { code: 'digest_mismatch' };
    expect(await client.build(id)).toMatchObject({ status: 'failed', image: null, error });

    // The real one comes too late, and is refused.
    await expect.poll(() => saidOf(id).at(-1), { timeout: 60_000 }).toEqual(['SUCCEEDED', 401]);
    expect(await client.build(id)).toMatchObject({ status: 'failed', image: null, error });
    expect(await released(repository.fullName)).toBeNull();
  });
});
