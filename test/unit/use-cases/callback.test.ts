import { describe, expect, it } from 'vitest';
import type { Build } from '#core/build.ts';
import { type CallbackMessage, signCallback } from '#core/callback.ts';
import { TransientError } from '#core/errors.ts';
import { attemptTag, callbackToken, eventKey } from '#core/ids.ts';
import { REPORT } from '#core/reporting.ts';
import { aBuild, aResult, digestOf, T0 } from '#test/support/memory/examples.ts';
import { callBack, type SignedCallback } from '#use-cases/callback.ts';
import { cancelBuild } from '#use-cases/cancel-build.ts';
import { recordCloudBuild } from '#use-cases/record-event.ts';
import { sweep } from '#use-cases/sweep.ts';
import { aService, EXCHANGE_KEY, PATHS, published, released, runningWithImage } from './harness.ts';

const REFUSED = { name: 'UserError', code: 'unauthenticated', message: 'The callback is not accepted.' };

type Of<S extends CallbackMessage['status']> = Extract<CallbackMessage, { status: S }>;
const running = (build_id: string): Of<'RUNNING'> => ({ version: 1, build_id, status: 'RUNNING', at: T0 });
const succeeded = (build_id: string, digest = digestOf('1')): Of<'SUCCEEDED'> => ({
  ...{ version: 1, build_id, status: 'SUCCEEDED', at: T0 },
  ...{ digest, result: aResult(digest), stages: [] },
});
const failed = (build_id: string): Of<'FAILED'> => ({
  ...{ version: 1, build_id, status: 'FAILED', at: T0, reason: 'npm ci failed', code: 'install_failed' },
  ...{ fault: 'user', builder_type: 'nixpacks', stages: [] },
});

/** A message signed as its builder does, or with another token. */
function signed(
  message: CallbackMessage,
  token = callbackToken(EXCHANGE_KEY, message.build_id, 1),
): SignedCallback {
  const body = Buffer.from(JSON.stringify(message));
  return { buildId: message.build_id, signature: signCallback(token, body), body };
}

/** A service with a build that a builder is bound to and whose image is in staging. */
async function setUp(fields: Partial<Build> = {}) {
  const service = aService();
  const refusals: [string, string][] = [];
  const leftOver: unknown[] = [];
  const deps = {
    ...service.deps,
    onRefused: (buildId: string, why: string) => void refusals.push([buildId, why]),
    onLeftOver: (error: unknown) => void leftOver.push(error),
  };
  const { id } = await runningWithImage(service, 1, { started_at: T0, ...fields });
  const send = (callback: SignedCallback) => callBack(deps, callback);
  const build = () => service.store.builds.get(id);
  return { service, id, send, build, refusals, leftOver };
}

describe('callBack', () => {
  it('takes that it runs and that it succeeded: the image is released', async () => {
    const { service, id, send, build, refusals } = await setUp();
    await send(signed(running(id)));
    expect(await build()).toMatchObject({ status: 'running', callbacks: ['RUNNING'] });
    await send(signed(succeeded(id)));
    const done = { status: 'succeeded', callbacks: ['RUNNING', 'SUCCEEDED'], last_log_chunk: null };
    expect(await build()).toMatchObject({ ...done, effects: [REPORT] });
    expect(released(service, 'latest')).toBe(digestOf('1'));
    expect(published(service, 'builds')).toEqual([{ version: 1, build_id: id }]);
    expect(refusals).toEqual([]);
  });

  it('takes a failure with its cause, and frees the slot', async () => {
    const { service, id, send, build } = await setUp();
    await send(signed(running(id)));
    await send(signed(failed(id)));
    const error = { code: 'install_failed', message: 'npm ci failed', source: 'builder' };
    expect(await build()).toMatchObject({
      status: 'failed',
      error,
      builder_type: 'nixpacks',
      effects: [REPORT],
    });
    expect(released(service, 'latest')).toBeNull();
    expect(published(service, 'builds')).toEqual([{ version: 1, build_id: id }]);
  });

  it('refuses every replay, during the build and after it, and changes nothing', async () => {
    const { id, send, build, refusals } = await setUp();
    await send(signed(running(id)));
    await expect(send(signed(running(id)))).rejects.toMatchObject(REFUSED);
    await send(signed(succeeded(id)));
    const done = await build();
    for (const message of [running(id), succeeded(id), failed(id)]) {
      await expect(send(signed(message))).rejects.toMatchObject(REFUSED);
    }
    expect(await build()).toEqual(done);
    expect(refusals).toEqual([
      [id, 'RUNNING was said already'],
      [id, 'RUNNING was said already'],
      [id, 'SUCCEEDED was said already'],
      [id, 'the build is succeeded'],
    ]);
  });

  it('refuses an end that comes before the beginning', async () => {
    const { id, send, build, refusals } = await setUp();
    const before = await build();
    await expect(send(signed(succeeded(id)))).rejects.toMatchObject(REFUSED);
    await expect(send(signed(failed(id)))).rejects.toMatchObject(REFUSED);
    expect(await build()).toEqual(before);
    expect(refusals.map(([, why]) => why)).toEqual(['SUCCEEDED is out of order', 'FAILED is out of order']);
  });

  it.each([
    ['no signature', { signature: '' }, 'the signature is missing or has another form'],
    ['a cut signature', { signature: 'sha256=00' }, 'the signature is missing or has another form'],
    ['a forged signature', { signature: `sha256=${'0'.repeat(64)}` }, 'it is not signed with the token'],
    ['another body', { body: Buffer.from('{"status":"RUNNING"}') }, 'it is not signed with the token'],
    ['a build that is not there', { buildId: `b-${'0'.repeat(24)}` }, 'there is no such build'],
    ['what is no id', { buildId: '../secrets' }, 'that is not the id of a build'],
  ] as const)('refuses %s', async (_, fields, why) => {
    const { id, send, build, refusals } = await setUp();
    const before = await build();
    const callback = { ...signed(running(id)), ...fields };
    await expect(send(callback)).rejects.toMatchObject(REFUSED);
    expect(await build()).toEqual(before);
    expect(refusals).toEqual([[callback.buildId, expect.stringContaining(why)]]);
  });

  it.each([
    ['another build', (id: string) => callbackToken(EXCHANGE_KEY, aBuild(`not ${id}`).id, 1)],
    ['the next attempt', (id: string) => callbackToken(EXCHANGE_KEY, id, 2)],
    ['the events', (id: string) => eventKey(EXCHANGE_KEY, id, 1)],
  ])('refuses what is signed with the token of %s', async (_, tokenOf) => {
    const { id, send, build, refusals } = await setUp();
    const before = await build();
    await expect(send(signed(running(id), tokenOf(id)))).rejects.toMatchObject(REFUSED);
    expect(await build()).toEqual(before);
    expect(refusals).toEqual([[id, 'it is not signed with the token of attempt 1']]);
  });

  it('refuses the token of an attempt that is over', async () => {
    const { id, send, refusals } = await setUp({ attempt: 2 });
    await expect(send(signed(running(id)))).rejects.toMatchObject(REFUSED);
    expect(refusals).toEqual([[id, 'it is not signed with the token of attempt 2']]);
    await send(signed(running(id), callbackToken(EXCHANGE_KEY, id, 2)));
  });

  it('refuses its builder’s own message about another build', async () => {
    const { id, send, refusals } = await setUp();
    const callback = signed(running(aBuild('another').id), callbackToken(EXCHANGE_KEY, id, 1));
    await expect(send({ ...callback, buildId: id })).rejects.toMatchObject(REFUSED);
    expect(refusals).toEqual([[id, 'its body is about another build']]);
  });

  it('refuses a build that no builder redeemed the token of', async () => {
    const { id, send, build, refusals } = await setUp({
      status: 'submitted',
      bound: false,
      started_at: null,
    });
    await expect(send(signed(running(id)))).rejects.toMatchObject(REFUSED);
    expect(await build()).toMatchObject({ status: 'submitted', callbacks: [] });
    expect(refusals).toEqual([[id, 'the build is submitted']]);
  });

  it('refuses once the deadline is over', async () => {
    const { service, id, send, build, refusals } = await setUp({ timeout_s: 60 });
    service.clock.now = T0 + 60_000;
    await send(signed(running(id)));
    service.clock.now += 1;
    await expect(send(signed(succeeded(id)))).rejects.toMatchObject(REFUSED);
    expect(await build()).toMatchObject({ status: 'running', callbacks: ['RUNNING'] });
    expect(refusals).toEqual([[id, 'the deadline of this attempt is over']]);
  });

  it('refuses after a cancel: nothing is released', async () => {
    const { service, id, send, build, refusals } = await setUp();
    await send(signed(running(id)));
    await cancelBuild(service.deps, id);
    for (const message of [succeeded(id), failed(id)]) {
      await expect(send(signed(message))).rejects.toMatchObject(REFUSED);
    }
    expect(await build()).toMatchObject({ status: 'cancelling', result: null, error: null });
    expect(service.registry.puts).toEqual([]);
    expect(refusals).toEqual([
      [id, 'the build is cancelling'],
      [id, 'the build is cancelling'],
    ]);
  });

  it('accepts one of twenty equal ones that come at once', async () => {
    const { service, id, send, build, refusals } = await setUp();
    for (const message of [running(id), succeeded(id)]) {
      const all = await Promise.allSettled(Array.from({ length: 20 }, () => send(signed(message))));
      expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    }
    expect(refusals).toHaveLength(38);
    expect(await build()).toMatchObject({ status: 'succeeded', callbacks: ['RUNNING', 'SUCCEEDED'] });
    expect(service.registry.puts).toHaveLength(2);
  });

  it('tells the token’s owner what is wrong with a signed body', async () => {
    const { id, send, build } = await setUp();
    const before = await build();
    const token = callbackToken(EXCHANGE_KEY, id, 1);
    const sendText = (text: string) =>
      send({ buildId: id, signature: signCallback(token, text), body: Buffer.from(text) });
    const odd = { ...succeeded(id), digest: digestOf('2') };
    for (const [text, path] of [
      ['not json', ''],
      [JSON.stringify({ ...running(id), status: 'PAUSED' }), 'status'],
      [JSON.stringify(odd), 'digest'],
    ] as const) {
      await expect(sendText(text)).rejects.toMatchObject({
        code: 'invalid_request',
        problems: [expect.objectContaining({ path })],
      });
    }
    expect(await build()).toEqual(before);
  });
});

describe('a result by callback', () => {
  it('ends the build where staging does not have it, once, however often it comes', async () => {
    const { service, id, send, build } = await setUp();
    service.registry.push(`${PATHS.staging}/shop`, attemptTag(aBuild('other').id, 1), digestOf('f'));
    await send(signed(running(id)));
    const message = signed(succeeded(id, digestOf('f')));
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => send(message)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const error = { code: 'digest_mismatch', source: 'service' };
    expect(await build()).toMatchObject({ status: 'failed', error, result: null, effects: [REPORT] });
    expect(service.registry.puts).toEqual([]);
    await expect(send(signed(failed(id)))).rejects.toMatchObject(REFUSED);
    expect(await build()).toMatchObject({ error });
  });

  it('is not looked up where it is not its turn', async () => {
    const { service, id, send, build } = await setUp();
    service.registry.faults.plan('digest', 'before', new TransientError('the registry is away'));
    await expect(send(signed(succeeded(id, digestOf('f'))))).rejects.toMatchObject(REFUSED);
    expect(await build()).toMatchObject({ status: 'running' });
  });

  it('can be sent again where the registry was away: nothing was decided', async () => {
    const { service, id, send, build } = await setUp();
    await send(signed(running(id)));
    service.registry.faults.plan('digest', 'before', new TransientError('the registry is away'));
    await expect(send(signed(succeeded(id)))).rejects.toThrow(TransientError);
    expect(await build()).toMatchObject({ status: 'running', callbacks: ['RUNNING'] });
    await send(signed(succeeded(id)));
    expect(await build()).toMatchObject({ status: 'succeeded' });
  });

  it('is accepted also where the release fails for now: sweep does the rest', async () => {
    const { service, id, send, build, leftOver } = await setUp();
    await send(signed(running(id)));
    const away = new TransientError('the registry is away');
    service.registry.faults.plan('copy', 'before', away);
    await send(signed(succeeded(id)));
    expect(leftOver).toEqual([away]);
    expect(await build()).toMatchObject({ status: 'promoting', effects: [{ kind: 'promote' }] });
    service.clock.now += service.graceMs + 1;
    await sweep(service.deps);
    expect(await build()).toMatchObject({ status: 'succeeded', effects: [REPORT] });
    expect(released(service, 'latest')).toBe(digestOf('1'));
  });

  it.each([
    ['a success', succeeded, 'succeeded'],
    ['a failure', failed, 'failed'],
  ] as const)('of %s survives a death before any effect: sweep does them', async (_, message, status) => {
    const { service, id, send, build } = await setUp();
    await send(signed(running(id)));
    // A process that dies here never comes back from its first effect.
    const never = () => new Promise<never>(() => undefined);
    const dying = { ...service.deps, promote: never, bus: { publish: never } };
    const dead = { ...dying, onRefused: () => undefined, onLeftOver: () => undefined };
    void callBack(dead, signed(message(id)));
    await expect.poll(build).toMatchObject({ callbacks: ['RUNNING', expect.anything()] });
    service.clock.now += service.graceMs + 1;
    await sweep(service.deps);
    expect(await build()).toMatchObject({ status, effects: [REPORT] });
    expect(published(service, 'builds')).toContainEqual({ version: 1, build_id: id });
    await expect(send(signed(message(id)))).rejects.toMatchObject(REFUSED);
  });

  it('of a failure stands, whoever was first to say it', async () => {
    for (const cloudBuildFirst of [true, false]) {
      const { service, id, send, build } = await setUp();
      await send(signed(running(id)));
      const attempts = [{ buildId: id, attempt: 1 }];
      const killed = {
        id: 'cb-1',
        attempts,
        state: 'failed',
        detail: '',
        exitCode: 137,
        output: null,
      } as const;
      const steps = [() => recordCloudBuild(service.deps, killed, false), () => send(signed(failed(id)))];
      for (const step of cloudBuildFirst ? steps : steps.toReversed()) await step();
      expect(await build()).toMatchObject({ status: 'failed', error: { code: 'install_failed' } });
    }
  });
});
