import { describe, expect, test } from 'vitest';
import { Outage } from '#cli/builds/outage.ts';
import { CliError } from '#cli/kit/errors.ts';
import { EXIT } from '#cli/kit/exit-codes.ts';
import type { Build } from '#core/build.ts';
import { cuttingProxy } from '#test/support/cutting-proxy.ts';
import { aChunk, T0 } from '#test/support/memory/examples.ts';
import { BUILD_IN, viewOf } from '#test/unit/core/transition-examples.ts';
import { aWorld, over, running, until } from './world.ts';

const signal = new AbortController().signal;
const away = new CliError(EXIT.unreachable, 'away', 'Wait.', { code: 'unreachable' });

describe('an outage', () => {
  const outage = (giveUpMs: number, heard: (string | null)[] = []) =>
    new Outage({ signal, told: (why) => void heard.push(why), goOn: 'Go on.', giveUpMs });

  test('is told of from the second failure on, and when it is over', async () => {
    const heard: (string | null)[] = [];
    const one = outage(60_000, heard);
    await one.pause(away);
    expect(heard).toEqual([]);
    await one.pause(away);
    await one.pause(away);
    expect(heard).toEqual(['away']);
    one.over();
    one.over();
    expect(heard).toEqual(['away', null]);
  });

  test('is given up after a while, with how to go on', async () => {
    const one = outage(-1);
    await expect(one.pause(away)).rejects.toMatchObject({ exitCode: 5, message: 'away', next: 'Go on.' });
  });

  test.each([
    new CliError(EXIT.notFound, 'gone', ''),
    new CliError(EXIT.unreachable, 'speaks otherwise', '', { code: 'strange_answer' }),
    new TypeError('a fault'),
  ])('is not what cannot pass: %s', async (error) => {
    await expect(outage(60_000).pause(error)).rejects.toBe(error);
  });
});

const LINES = Array.from(
  { length: 120 },
  (_, at) => `line ${at}: żółw 🐢 \u001b[31mred\u001b[0m\rback ${'x'.repeat(at)}`,
);
const TEXT = LINES.map((line) => `${line}\n`).join('');

describe('a connection that keeps breaking', () => {
  test('costs no byte of the log, and the exit code stays the build’s', async () => {
    const build = over('x', { status: 'timed_out', last_log_chunk: LINES.length - 1 });
    const { store, url, env, bitflow } = await aWorld(build);
    for (const [at, line] of LINES.entries()) await store.logs.create(aChunk(build.id, at, line), T0);
    const proxy = await cuttingProxy(url, 3_000);
    const through = { env: env(proxy.url) };
    const whole = await fetch(`${url}/v1/builds/${build.id}/logs?format=text`, {
      headers: { authorization: `Bearer ${env().BITFLOW_TOKEN}` },
    });
    const said = await bitflow(`builds logs ${build.id} --follow`, through);
    await proxy.close();
    expect(await whole.text()).toBe(TEXT);
    expect(said.stdout).toBe(TEXT);
    expect(said.code).toBe(124);
    expect(proxy.cuts()).toBeGreaterThan(0);
  });

  test('that is away for a while is waited for', async () => {
    const build = running('x');
    const world = await aWorld(build);
    let isAway = false;
    const flaky = await world.serve((request) =>
      isAway ? new Response('bad gateway', { status: 502 }) : world.api.fetch(request),
    );
    let [seen, heard] = ['', ''];
    const said = world.bitflow(`builds watch ${build.id}`, {
      env: world.env(flaky),
      onStdout: (text) => (seen = text),
      onStderr: (text) => (heard = text),
    });
    await until(() => seen.includes('build started'));
    isAway = true;
    await until(() => heard.includes('reconnecting…'));
    await world.store.builds.apply(build.id, { type: 'cancel_requested', at: T0 + 9000 });
    isAway = false;
    await until(() => seen.includes('cancelling'));
    const view = { ...viewOf('cancelled'), attempts: [{ buildId: build.id, attempt: 1 }] };
    const event = { type: 'cloud_build_changed', at: T0 + 9500, attempt: 1, asked: false, view } as const;
    await world.store.builds.apply(build.id, event);
    expect((await said).code).toBe(6);
  });
});

describe('a log that cannot be had', () => {
  test.each([
    ['builds watch', {}],
    ['builds watch', { columns: 80 }],
    ['builds logs --follow', {}],
    ['builds logs --follow', { columns: 80 }],
  ])('does not change how %s ends, %j', async (command, given) => {
    const error = { code: 'build_failed', message: 'no', source: 'builder' } as const;
    const build = over('x', { status: 'failed', error });
    const world = await aWorld(build);
    const without = await world.serve((request) =>
      request.url.includes('/logs') ? new Response('{}', { status: 404 }) : world.api.fetch(request),
    );
    const said = await world.bitflow(`${command} ${build.id}`, { ...given, env: world.env(without) });
    expect(said.code).toBe(1);
    expect(said.stderr).toContain(`The rest of the log could not be read`);
    expect(said.stderr).toContain(`bitflow builds logs ${build.id}`);
  });
});

describe('Ctrl-C', () => {
  /** A build in each state in which it is waited for, and in each stage of its builder. */
  const GOING_ON: Readonly<Record<string, Build>> = {
    queued: BUILD_IN.queued,
    submitting: BUILD_IN.submitting,
    submitted: BUILD_IN.submitted,
    ...Object.fromEntries(
      ['clone', 'plan', 'build', 'push'].map((name) => [
        `in ${name}`,
        { ...BUILD_IN.running, stages: [{ name, started_at: T0, finished_at: null }] },
      ]),
    ),
    promoting: BUILD_IN.promoting,
    cancelling: BUILD_IN.cancelling,
  };
  const COMMANDS = ['builds watch', 'builds logs --follow', 'builds watch --json'];

  test.each(
    Object.entries(GOING_ON).flatMap(([where, build]) =>
      COMMANDS.map((command) => [command, where, build] as const),
    ),
  )('of %s leaves a build that is %s as it is, and says how to cancel it', async (command, _, build) => {
    const { store, bitflow } = await aWorld(build);
    const argv = `${command} ${build.id}`;
    for (const given of [{}, { columns: 80 }]) {
      const signal = AbortSignal.timeout(300);
      const said = await bitflow(argv, { ...given, signal });
      expect(said.code).toBe(130);
      expect(said.stderr).toContain(`bitflow builds cancel ${build.id}`);
      expect(said.stdout).not.toContain('\u001b[?25l');
    }
    const quiet = await bitflow(`${argv} --quiet`, { signal: AbortSignal.timeout(300) });
    expect([quiet.code, quiet.stderr]).toEqual([130, '']);
    expect(await store.builds.get(build.id)).toEqual(build);
  });

  test.each(['builds create acme/shop', 'builds create acme/shop --wait', 'builds retry'])(
    'between the request of %s and its answer says that there may be a build',
    async (command) => {
      const build = over('x', { status: 'failed' });
      const world = await aWorld(build);
      const stop = new AbortController();
      const slow = await world.serve(async (request) => {
        const answer = await world.api.fetch(request);
        if (request.method === 'POST') stop.abort();
        return request.method === 'POST' ? new Promise<Response>(() => undefined) : answer;
      });
      const argv = command === 'builds retry' ? `${command} ${build.id}` : command;
      const said = await world.bitflow(argv, { env: world.env(slow), signal: stop.signal });
      expect([said.code, said.stdout]).toEqual([130, '']);
      expect(said.stderr).toMatch(/may have been made.*bitflow builds list/);
    },
  );
});
