import { describe, expect, test } from 'vitest';
import { BuildView } from '#core/api/builds.ts';
import { aBuild, aResult, sha, T0 } from '#test/support/memory/examples.ts';
import { aWorld, over, running } from './world.ts';

const made = over('made', { status: 'succeeded', result: aResult(), created_at: T0 + 1 });
const waits = aBuild('waits', { ref: 'refs/heads/機能', created_at: T0 + 3 });
const going = running('going', { builder_type: 'dockerfile', created_at: T0 + 4 });

describe('builds create', () => {
  test('of what the git host does not have says so, and what to look at', async () => {
    const { bitflow } = await aWorld();
    const said = await bitflow('builds create acme/shop --branch nope');
    expect(said).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('"refs/heads/nope"') });
    expect(said.stderr).toContain('Is it pushed');
  });

  test('builds what was named, and says how to watch it', async () => {
    const { store, bitflow } = await aWorld();
    const argv =
      'builds create acme/shop --tag v1 -e A=1=2 -e B= --build-arg C=3 --cache refresh --timeout 99s';
    const said = await bitflow(`${argv} --json`);
    const build = BuildView.parse(JSON.parse(said.stdout));
    expect(said.code).toBe(0);
    expect(said.stderr).toContain(`bitflow builds watch ${build.id}`);
    expect(await store.builds.get(build.id)).toMatchObject({
      commit_sha: sha('a'),
      image: { tags: ['v1'] },
      timeout_s: 99,
      config: { environment: { A: '1=2', B: '' }, build_args: { C: '3' }, cache: 'refresh' },
    });
    const plain = await bitflow('builds create acme/shop --branch main --quiet');
    expect([plain.stderr, plain.stdout.split('\t')[1]]).toEqual(['', 'queued']);
  });

  test('refuses what cannot be built', async () => {
    const { bitflow } = await aWorld();
    expect(await bitflow('builds create acme/shop --branch other')).toMatchObject({ code: 1 });
    expect(await bitflow('builds create acme/other')).toMatchObject({ code: 4 });
    expect(await bitflow('builds create shop')).toMatchObject({ code: 2 });
    expect(await bitflow('builds create acme/shop -e A')).toMatchObject({ code: 2 });
    expect(await bitflow('builds create')).toMatchObject({ code: 2 });
  });
});

describe('builds cancel and retry', () => {
  test('one that was not named is cancelled where somebody says so', async () => {
    const waits = aBuild('waits', { status: 'queued' });
    const { bitflow, store } = await aWorld(waits);
    const asked = await bitflow('builds cancel --repo acme/shop');
    expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining(`Cancel ${waits.id}?`) });
    expect((await store.builds.get(waits.id))?.status).toBe('queued');
    expect(await bitflow('builds cancel --repo acme/shop --yes')).toMatchObject({ code: 0 });
    expect((await store.builds.get(waits.id))?.status).toBe('cancelled');
  });

  test('one of a fork that waits says what it is of, and how it is approved', async () => {
    const fork = { pull_request: { number: 7, fork: true }, trusted: false } as const;
    const forked = aBuild('forked', { ...fork, ref: 'refs/pull/7/head', status: 'waiting_approval' });
    const { bitflow } = await aWorld(forked);
    const shown = await bitflow(`builds show ${forked.id}`);
    expect(shown.stdout).toContain('request\t#7, from a fork\n');
    expect(shown.stdout).not.toContain('image goes');
    expect(shown.stderr).toContain(`bitflow builds approve ${forked.id}`);
    const watched = await bitflow(`builds watch ${forked.id}`);
    expect(watched).toMatchObject({ code: 7, stderr: expect.stringContaining('bitflow builds approve b-') });
  });

  test('the image of a request says when it goes', async () => {
    const expires_at = T0 + 14 * 24 * 3600 * 1000;
    const pull_request = { number: 7, fork: false };
    const built = over('of 7', { status: 'succeeded', result: aResult(), pull_request, expires_at });
    const { bitflow } = await aWorld(built, made);
    const { stdout } = await bitflow(`builds show ${built.id}`);
    expect(stdout).toContain('request\t#7\n');
    expect(stdout).toContain(`image goes\t${new Date(expires_at).toISOString()}\n`);
    expect((await bitflow(`builds show ${made.id}`)).stdout).not.toMatch(/request|image goes/);
  });

  test('a build of a fork runs once somebody says so by its id, and only while it waits', async () => {
    const forked = aBuild('forked', { status: 'waiting_approval', trusted: false });
    const { bitflow, store } = await aWorld(forked);
    expect(await bitflow('builds approve')).toMatchObject({ code: 2 });
    const said = await bitflow(`builds approve ${forked.id.slice(2, 12)}`);
    expect(said).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Approved: b-/) });
    expect(await store.builds.get(forked.id)).toMatchObject({ status: 'queued', trusted: false });
    await bitflow(`builds cancel ${forked.id}`);
    const late = await bitflow(`builds approve ${forked.id}`);
    expect(late).toMatchObject({ code: 1, stderr: expect.stringContaining('cancelled already') });
  });

  test('say what they did', async () => {
    const { store, bitflow } = await aWorld(waits, going);
    expect((await bitflow(`builds cancel ${waits.id}`)).stdout).toBe(
      `Cancelled: ${waits.id} acme/shop 機能 aaaaaaa\n`,
    );
    const being = await bitflow(`builds cancel ${going.id}`);
    expect(being.stdout).toMatch(/^Being cancelled: /);
    expect(being.stderr).toContain(`bitflow builds watch ${going.id}`);
    expect((await store.builds.get(going.id))?.status).toBe('cancelling');
    const again = BuildView.parse(JSON.parse((await bitflow(`builds retry ${waits.id} --json`)).stdout));
    expect(again.retry_of).toBe(waits.id);
  });

  test('say why not', async () => {
    const releasing = running('releasing', { status: 'promoting', result: aResult() });
    const { bitflow } = await aWorld(releasing, made, going);
    const cancel = await bitflow(`builds cancel ${releasing.id}`);
    expect(cancel).toMatchObject({ code: 1, stdout: '' });
    expect(cancel.stderr).toMatch(/is being released.*\n.*bitflow builds show b-/);
    expect((await bitflow(`builds cancel ${made.id}`)).stderr).toContain('has succeeded already');
    expect((await bitflow(`builds retry ${going.id}`)).stderr).toMatch(/is running.*\n.*builds show b-/);
    expect((await bitflow(`builds retry ${made.id} --at yesterday`)).code).toBe(2);
  });
});
