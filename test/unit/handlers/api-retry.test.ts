import { describe, expect, it } from 'vitest';
import type { Build } from '#core/build.ts';
import { DEFAULT_CONFIG } from '#core/build-config.ts';
import { PULL_REQUEST_IMAGE_MS } from '#core/build-rules.ts';
import { aBuild, aResult, sha } from '#test/support/memory/examples.ts';
import { aCreator, TOKEN } from './create-harness.ts';

describe('POST /v1/builds/{id}/retry', () => {
  const ended: Partial<Build> = {
    status: 'succeeded',
    finished_at: 5,
    order: 7,
    before_sha: sha('0'),
    result: aResult(),
    requested_builder: 'dockerfile',
    root_directory: 'web',
    config: { ...DEFAULT_CONFIG, cache: 'off', environment: { A: '1' } },
    timeout_s: 60,
  };
  const first = aBuild('first', ended);
  const path = (build: Build) => `/v1/builds/${build.id}/retry`;

  it('builds the same commit as it was asked for then, in its place among the pushes', async () => {
    const { store, post, stored } = await aCreator();
    await store.builds.create(first);
    const { status, body } = await post(path(first), {});
    expect(status).toBe(201);
    const again = await stored(body);
    const same = ['commit_sha', 'ref', 'before_sha', 'pushed_at', 'order', 'image', 'config'] as const;
    for (const field of same) expect(again?.[field]).toEqual(first[field]);
    expect(again).toMatchObject({
      ...{ status: 'queued', retry_of: first.id, requested_builder: 'dockerfile', root_directory: 'web' },
      ...{
        timeout_s: 60,
        attempt: 0,
        result: null,
        finished_at: null,
        origin: { kind: 'api', caller_id: 't-1' },
      },
    });
    expect(body).toMatchObject({ retry_of: first.id });
  });

  it.each([
    ['nothing at all', {}],
    ['no body, with a type', { 'content-type': 'application/json' }],
  ])('builds the same commit where it is sent %s', async (_, headers: Record<string, string>) => {
    const { api, store, stored, head } = await aCreator();
    await store.builds.create(first);
    head.sha = sha('b');
    const authorization = `Bearer ${TOKEN}`;
    const answer = await api.request(path(first), { method: 'POST', headers: { authorization, ...headers } });
    expect(answer.status).toBe(201);
    expect(await stored(await answer.json())).toMatchObject({ commit_sha: first.commit_sha, order: 7 });
  });

  it('names the first build, also where a retry is retried', async () => {
    const { store, post } = await aCreator();
    const second = aBuild('second', { ...ended, retry_of: first.id });
    await store.builds.create(second);
    expect(await post(path(second), { at: 'commit' })).toMatchObject({ body: { retry_of: first.id } });
  });

  it('builds the head of the ref as a new push, with the tags that it gets', async () => {
    const { store, post, stored, head, service } = await aCreator();
    await store.builds.create(first);
    head.sha = sha('b');
    const { body } = await post(path(first), { at: 'head' });
    expect(await stored(body)).toMatchObject({
      ...{ commit_sha: sha('b'), order: null, before_sha: null, pushed_at: service.clock.now },
      ...{ config: first.config, retry_of: first.id },
      image: { tags: ['main-auto-bbbbbbb', 'latest'] },
    });
  });

  it('keeps a tag that somebody had named', async () => {
    const { store, post, stored } = await aCreator();
    const named = aBuild('named', { ...ended, image: { ...first.image, tags: ['mine'] } });
    await store.builds.create(named);
    expect(await stored((await post(path(named), { at: 'head' })).body)).toMatchObject({
      image: { tags: ['mine'] },
    });
  });

  it.each(['commit', 'head'])('gives a fork’s code nothing more than before, at the %s', async (at) => {
    const { store, post, stored, service } = await aCreator();
    const pull_request = { number: 7, fork: true };
    const fork = aBuild('fork', {
      ...ended,
      ...{ pull_request, trusted: false, ref: 'refs/pull/7/head', expires_at: 6 },
    });
    await store.builds.create(fork);
    expect(await stored((await post(path(fork), { at })).body)).toMatchObject({
      ...{ pull_request, trusted: false },
      ...(at === 'head' && { image: { tags: ['pr-7-aaaaaaa'] } }),
      expires_at: service.clock.now + PULL_REQUEST_IMAGE_MS,
    });
  });

  it('is refused while the build goes on, without a repository, and at the head of a bare commit', async () => {
    const { store, post } = await aCreator();
    const running = aBuild('running', { status: 'running' });
    const orphan = aBuild('orphan', { ...ended, repository_id: 'r-gone' });
    const bare = aBuild('bare', { ...ended, ref: null });
    for (const build of [running, orphan, bare]) await store.builds.create(build);
    expect(await post(path(running), {})).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('cancel it first') },
    });
    expect(await post(path(orphan), {})).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('no longer connected') },
    });
    expect(await post(path(bare), { at: 'head' })).toMatchObject({ status: 409 });
    expect(await post(path(bare), {})).toMatchObject({ status: 201 });
  });

  it('does not know the build of another team', async () => {
    const { store, post } = await aCreator();
    await store.builds.create(aBuild('first', { ...ended, team: 'other' }));
    expect(await post(path(first), {})).toMatchObject({ status: 404 });
  });
});
