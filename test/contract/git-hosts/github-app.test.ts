import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { github } from '#adapters/git-hosts/github/index.ts';
import { githubWebhooks } from '#adapters/git-hosts/github/webhooks.ts';
import type { GitHost, HostAccess } from '#core/ports.ts';
import { Secret } from '#core/secret.ts';
import { makeApp } from '#local/git-hosts/github/apps.ts';
import { githubStandIn } from '#local/git-hosts/github.ts';
import type { LocalApp } from '#local/git-hosts/state.ts';
import { type Place, startPlace, WorkTree } from './place.ts';
import { REPORT } from './reporting.ts';

/** What a GitHub App needs of a repository (docs/github.md). */
const PERMISSIONS = { contents: 'read', checks: 'write', pull_requests: 'read' };
const HOUR = 3_600_000;

describe('GitHub, with an App', () => {
  let place: Place;
  let app: LocalApp;
  let privateKey: string;
  let host: GitHost;
  let commit: string;
  const hostWith = (key: string, token: Secret | null = null) =>
    github({
      url: place.url,
      apiUrl: place.local.apiUrl,
      token,
      app: { id: String(app.id), privateKey: new Secret(key) },
    });
  const access = (fullName = 'acme/shop'): HostAccess => ({
    ...place.access('nobody', fullName),
    installation: true,
  });
  beforeAll(async () => {
    place = await startPlace({
      standIn: githubStandIn,
      webhooks: githubWebhooks,
      make: (at) => github({ ...at, token: null, app: null }),
      told: () => [],
    });
    const made = makeApp(place.local, {
      slug: 'bitflow',
      hookUrl: place.listener.url,
      permissions: PERMISSIONS,
    });
    app = made.app;
    privateKey = made.privateKey;
    app.installedOn = new Set(['acme/shop', 'acme/private']);
    host = hostWith(privateKey);
    place.git.write('bitflow.toml', 'builder = "node"\n');
    commit = place.git.commit('first');
    new WorkTree(place.git.folder, 'acme/private').commit('first');
    place.local.state.facts('acme/private').private = true;
    new WorkTree(place.git.folder, 'other/public').commit('first');
    new WorkTree(place.git.folder, 'other/private').commit('first');
    place.local.state.facts('other/private').private = true;
  });
  afterAll(() => place?.close());

  it('reads a repository where it is installed', async () => {
    expect(await host.look(access('acme/private'))).toMatchObject({ private: true, may: 'write' });
    expect(await host.readFile(access(), commit, 'bitflow.toml', 1000)).toBe('builder = "node"\n');
    expect(await host.commitMessage(access(), commit)).toBe('first');
  });

  it('is nobody where it is not', async () => {
    expect(await host.look(access('other/public'))).toMatchObject({ may: 'read' });
    await expect(host.look(access('other/private'))).rejects.toMatchObject({ code: 'refused' });
    expect(await host.cloneCredential(access('other/private'))).toBeNull();
    const wanted = { url: place.listener.url, secret: new Secret('s'), hook_id: null };
    expect(await host.connect(access('other/public'), wanted)).toMatchObject({ kind: 'manual' });
  });

  it('is not asked for a repository that brings its own token, or may not have it', async () => {
    const own = { ...place.access('admin'), installation: true };
    expect((await host.cloneCredential(own))?.password.reveal()).toBe('admin-token');
    expect(await host.cloneCredential({ ...access(), installation: false })).toBeNull();
  });

  it('leaves to the installation’s token what it is not installed on', async () => {
    const both = hostWith(privateKey, new Secret('read-token'));
    expect((await both.cloneCredential(access('other/private')))?.password.reveal()).toBe('read-token');
    expect((await both.cloneCredential(access()))?.password.reveal()).toMatch(/^ghs_/);
  });

  it('clones with a token for one repository, that only reads', async () => {
    const credential = await host.cloneCredential(access());
    const token = credential?.password.reveal() ?? '';
    expect(credential?.username).toBe('x-access-token');
    expect(place.local.state.appTokens.get(token)).toEqual({
      repository: 'acme/shop',
      permissions: { contents: 'read' },
    });
    // the builder has it: it opens nothing else
    const withIt = (fullName: string) => ({ ...place.access('nobody', fullName), token: new Secret(token) });
    await expect(host.look(withIt('acme/private'))).rejects.toMatchObject({ code: 'refused' });
    await expect(host.report(withIt('acme/shop'), { ...REPORT, commit_sha: commit })).rejects.toMatchObject({
      code: 'refused',
    });
  });

  it('asks for no more tokens than it needs', async () => {
    const fresh = hostWith(privateKey);
    const { requests } = place.local.state;
    const before = requests.length;
    await Promise.all([1, 2, 3].map(() => fresh.commitMessage(access(), commit)));
    await fresh.readFile(access(), commit, 'bitflow.toml', 1000);
    const minted = requests.slice(before).filter((line) => line.includes('access_tokens'));
    expect(minted.length).toBeLessThanOrEqual(1);
  });

  it('refuses with a key that is not its own', async () => {
    const { privateKey: other } = makeApp(place.local, { slug: 'other', hookUrl: null, permissions: {} });
    await expect(hostWith(other).look(access())).rejects.toMatchObject({ code: 'refused' });
  });

  it('needs no webhook of the repository’s own, if its own sends here', async () => {
    const wanted = { url: place.listener.url, secret: new Secret('s'), hook_id: null };
    expect(await host.connect(access(), wanted)).toEqual({ kind: 'covered' });
    expect(place.local.state.hooks.size).toBe(0);
    const elsewhere = await host.connect(access(), { ...wanted, url: 'https://new.example.com/events' });
    expect(elsewhere).toEqual({
      kind: 'manual',
      why: `the GitHub App sends to ${place.listener.url}: its webhook URL has to be https://new.example.com/events`,
    });
  });

  it('reports a check, changes it, and makes no second one', async () => {
    const { checkRuns } = place.local.state;
    const told = { ...REPORT, commit_sha: commit };
    const id = await host.report(access(), told);
    const started = { started_at: 1_700_000_000_000, report_id: id };
    expect(await host.report(access(), { ...told, ...started, state: 'running' })).toBe(id);
    const text = '```\nerror: no such file\n```';
    const failed = { ...told, ...started, finished_at: 1_700_000_060_000, state: 'failed', text } as const;
    expect(await host.report(access(), failed)).toBe(id);
    expect([...checkRuns.values()]).toEqual([
      expect.objectContaining({
        name: 'bitflow',
        head_sha: commit,
        status: 'completed',
        conclusion: 'failure',
        external_id: REPORT.external_id,
        details_url: REPORT.details_url,
        started_at: '2023-11-14T22:13:20.000Z',
        completed_at: '2023-11-14T22:14:20.000Z',
        output: { title: REPORT.title, summary: REPORT.summary, text },
      }),
    ]);
    // the answer was lost: nobody knows what the first one is called
    expect(await host.report(access(), told)).toBe(id);
    checkRuns.clear();
    const anew = await host.report(access(), { ...told, report_id: id });
    expect(anew).not.toBe(id);
    expect(checkRuns.size).toBe(1);
  });

  it('has what nobody took sent again, and nothing else', async () => {
    const { local, listener, git } = place;
    const { state } = local;
    const hook = { id: 0, full_name: git.fullName, url: listener.url, secret: 's', settings: {} };
    const event = {
      kind: 'push',
      full_name: git.fullName,
      ref: 'refs/heads/main',
      before: null,
      after: commit,
    } as const;
    const tried = (id: string, at: number, status: number) =>
      state.tries.push({ id: state.nextId(), event: { ...event, id }, hook, at, redelivery: false, status });
    const now = Date.now();
    const [taken, lost, old] = [randomUUID(), randomUUID(), randomUUID()];
    tried(old, now - 80 * HOUR, 0);
    for (let at = 0; at < 120; at += 1) tried(randomUUID(), now - 3 * HOUR, 202);
    tried(lost, now - 2 * HOUR, 503);
    for (let at = 0; at < 120; at += 1) tried(at === 0 ? taken : randomUUID(), now - HOUR, 202);
    expect(await host.redeliver?.(now - 72 * HOUR)).toBe(1);
    const again = listener.came.filter(({ headers }) => headers['x-github-delivery'] === lost);
    expect(again).toHaveLength(1);
    expect(again.map((request) => githubWebhooks.eventId(request))).toEqual([lost]);
    expect(listener.came.some(({ headers }) => headers['x-github-delivery'] === taken)).toBe(false);
    expect(await host.redeliver?.(now - 72 * HOUR)).toBe(0);
    const asked = state.requests.length;
    expect(await host.redeliver?.(0)).toBe(1);
    const lists = state.requests.slice(asked).filter((line) => line.startsWith('GET /app/hook/deliveries?'));
    expect(lists).toHaveLength(3);
  });

  it('without an App, has no list of deliveries', () => {
    expect(
      github({ url: place.url, apiUrl: place.local.apiUrl, token: null, app: null }).redeliver,
    ).toBeUndefined();
  });
});
