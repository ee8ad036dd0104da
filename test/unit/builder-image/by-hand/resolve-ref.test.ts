import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeRemote } from '#builder/adapters/git.ts';
import { resolveRef } from '#builder/by-hand/resolve-ref.ts';
import { checkCloneUrl } from '#core/clone-url.ts';
import { type GitHttp, serveGit } from '#test/support/git-http.ts';
import { Repositories } from '../support/repository.ts';
import { temporaryFolder } from '../support/temporary.ts';

const CREDENTIAL = { username: 'x', password: 'clone-secret' };
const AUTHORIZATION = `Basic ${Buffer.from('x:clone-secret').toString('base64')}`;

let repositories: Repositories;
let server: GitHttp;
let first: string;
let second: string;

beforeAll(async () => {
  repositories = await Repositories.make();
  server = await serveGit(repositories.folder, { authorization: AUTHORIZATION });
  first = await repositories.commit('app', { a: '1' });
  repositories.git('app', 'tag', '--annotate', '--message', 'x', 'v1');
  repositories.git('app', 'branch', 'both');
  second = await repositories.commit('app', { a: '2' });
  repositories.git('app', 'tag', 'both');
  repositories.git('app', 'update-ref', 'refs/pull/1/head', first);
  repositories.git('app', 'update-ref', 'refs/other/refs/heads/shadow', first);
});
afterAll(() => server.close());

async function resolve(asked: string, credential: typeof CREDENTIAL | null = CREDENTIAL) {
  const root = await temporaryFolder();
  const folders = { gitDir: await mkdtemp(join(root, 'git-')), workTree: await mkdtemp(join(root, 'work-')) };
  const url = checkCloneUrl(server.url('app/.git'), { allow: [server.host] });
  if ('error' in url) throw new Error(url.error);
  const remote = await makeRemote(url.ok, credential);
  if ('error' in remote) throw new Error(remote.error);
  const context = {
    ...{ env: { PATH: process.env.PATH ?? '', HOME: root }, account: null },
    ...{ signal: new AbortController().signal, onStderr: () => undefined },
  };
  return resolveRef(context, folders, remote.ok, asked);
}

describe('the commit that is meant', () => {
  it('is the default branch’s, a branch’s, or a tag’s', async () => {
    expect(await resolve('HEAD')).toEqual({ commit_sha: second, ref: null });
    expect(await resolve('main')).toEqual({ commit_sha: second, ref: 'refs/heads/main' });
    expect(await resolve('v1')).toEqual({ commit_sha: first, ref: 'refs/tags/v1' });
    expect(await resolve('refs/pull/1/head')).toEqual({ commit_sha: first, ref: 'refs/pull/1/head' });
    expect(await resolve(first)).toEqual({ commit_sha: first, ref: null });
  });

  it('is the branch’s where a tag has the same name', async () => {
    expect(await resolve('both')).toEqual({ commit_sha: first, ref: 'refs/heads/both' });
    expect(await resolve('refs/tags/both')).toEqual({ commit_sha: second, ref: 'refs/tags/both' });
  });

  it('is nowhere', async () => {
    await expect(resolve('gone')).rejects.toMatchObject({ code: 'commit_not_found', fault: 'user' });
    await expect(resolve('shadow')).rejects.toMatchObject({ code: 'commit_not_found' });
  });

  it('is not told without the credential, which no error holds', async () => {
    await expect(resolve('main', null)).rejects.toMatchObject({ code: 'clone_failed', fault: 'user' });
    const wrong = { ...CREDENTIAL, password: 'wrong-secret' };
    await expect(resolve('main', wrong)).rejects.toThrow(/^(?!.*wrong-secret)/s);
  });
});
