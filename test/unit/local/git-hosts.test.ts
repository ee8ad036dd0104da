import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalHost, startHost } from '#local/git-hosts/host.ts';
import { Repositories } from '#local/git-hosts/repositories.ts';
import type { StandIn } from '#local/git-hosts/stand-in.ts';
import { freeAddresses } from '#local/ports.ts';

const standIn: StandIn = {
  platform: 'github',
  apiPath: '/api',
  app: () => new Hono().get('/api/well', (context) => context.text('well')),
  outgoing: async (event, hook) => ({ headers: { 'x-secret': hook.secret }, body: event.id }),
};

let dir: string;
let host: LocalHost;
let repositories: Repositories;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'bitflow-hosts-'));
  await execa('git', ['init', '--quiet', '--bare', '--initial-branch=main', join(dir, 'acme/shop.git')]);
  repositories = new Repositories('git', dir);
  const [address = ''] = await freeAddresses(1);
  const options = { address, gitUrl: 'http://git.invalid', repositories, token: 'token', delivers: true };
  host = await startHost(standIn, { ...options, installationHook: null });
});
afterAll(async () => {
  await host.close();
  await rm(dir, { recursive: true });
});

describe('a stand-in', () => {
  it('answers as it is told to, so many times', async () => {
    const ask = () => fetch(`${host.apiUrl}/well`);
    host.manners.misbehave({ kind: 'status', status: 429, headers: { 'retry-after': '7' } }, 1);
    const refused = await ask();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '7']);
    expect(await (await ask()).text()).toBe('well');
    host.manners.misbehave({ kind: 'hang_up' });
    await expect(ask()).rejects.toThrow();
    host.manners.misbehave({ kind: 'silent' });
    await expect(fetch(`${host.apiUrl}/well`, { signal: AbortSignal.timeout(200) })).rejects.toThrow();
    host.manners.behave();
    expect((await ask()).status).toBe(200);
    expect(host.state.requests.at(-1)).toBe('GET /api/well → 200');
  });

  it('tells the hooks of a repository, and says what they answered', async () => {
    const hook = { id: 1, full_name: 'Acme/Shop', url: `${host.apiUrl}/well`, secret: 's', settings: {} };
    host.state.hooks.set(1, hook);
    const push = { full_name: 'acme/shop', ref: 'refs/heads/main', before: null, after: 'a'.repeat(40) };
    expect(await host.pushed(push)).toMatchObject([{ hook_id: 1, status: 404 }]);
    expect(await host.pushed({ ...push, full_name: 'acme/other' })).toEqual([]);
    host.state.hooks.set(1, { ...hook, url: 'http://127.0.0.1:1/' });
    expect(await host.pushed(push)).toMatchObject([{ hook_id: 1, status: 0 }]);
  });
});

describe('its repositories', () => {
  it('are read by git', async () => {
    const work = join(dir, 'work');
    const git = (...args: string[]) =>
      execa('git', ['-C', work, '-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args]);
    await execa('git', ['clone', '--quiet', join(dir, 'acme/shop.git'), work]);
    expect(await repositories.defaultBranch('acme/shop')).toBeNull();
    await execa('mkdir', [join(work, 'a')]);
    await execa('sh', ['-c', 'echo one > a/"b c"; echo two > d'], { cwd: work });
    await git('add', '.');
    await git('commit', '--quiet', '-m', 'first\n\nbody');
    await git('mv', 'd', 'e');
    await git('commit', '--quiet', '-m', 'second');
    await git('push', '--quiet', 'origin', 'HEAD:main');
    const to = (await repositories.commit('acme/shop', 'main')) ?? '';
    const from = (await repositories.commit('acme/shop', 'main~1')) ?? '';
    expect(await repositories.defaultBranch('acme/shop')).toBe('main');
    expect((await repositories.file('acme/shop', to, 'a/b c'))?.toString()).toBe('one\n');
    expect(await repositories.file('acme/shop', to, 'a')).toBeNull();
    expect(await repositories.message('acme/shop', from)).toContain('first\n\nbody');
    expect((await repositories.changed('acme/shop', from, to)).toSorted()).toEqual(['d', 'e']);
    const paths = (await repositories.tree('acme/shop', to, true))?.map(
      ({ path, type }) => `${type} ${path}`,
    );
    expect(paths?.toSorted()).toEqual(['blob a/b c', 'blob e', 'tree a']);
    expect(await repositories.commit('acme/shop', '--help')).toBeNull();
    expect(await repositories.commit('acme/nothing', 'main')).toBeNull();
  });
});
