import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gitlab } from '#adapters/git-hosts/gitlab/index.ts';
import { gitlabWebhooks } from '#adapters/git-hosts/gitlab/webhooks.ts';
import { Secret } from '#core/secret.ts';
import { earlierGitlabStandIn, gitlabStandIn } from '#local/git-hosts/gitlab.ts';
import { type Place, startPlace } from './place.ts';
import { describeGitHost } from './suite.ts';

const OUTCOMES: Readonly<Record<string, 'pending' | 'success' | 'failure'>> = {
  pending: 'pending',
  running: 'pending',
  success: 'success',
};

const subject = {
  standIn: gitlabStandIn,
  webhooks: gitlabWebhooks,
  make: gitlab,
  // all that it was told, with what its state machine refused: a job that waits already, for one
  told: ({ state }: Place['local'], commit: string) =>
    state.told.filter(({ sha }) => sha === commit).map((told) => OUTCOMES[String(told.state)] ?? 'failure'),
};

describeGitHost('GitLab', subject);

describe('the proof of GitLab’s webhooks', () => {
  const secret = new Secret(`whsec_${Buffer.alloc(32, 3).toString('base64')}`);
  let place: Place;
  beforeAll(async () => {
    place = await startPlace({ ...subject, standIn: earlierGitlabStandIn });
    place.git.write('README.md', 'Shop\n');
    place.git.commit('first');
  });
  afterAll(() => place.close());
  const newest = () => {
    const request = place.listener.came.at(-1);
    if (!request) throw new Error('nothing came');
    return request;
  };

  it('is the secret itself before 19.0, and a signature without it once GitLab can sign', async () => {
    const { host, access, listener, local } = place;
    const wanted = { url: listener.url, secret, hook_id: null };
    const made = await host.connect(access(), wanted);
    if (made.kind !== 'made') throw new Error(`it was ${made.kind}`);
    expect(await host.ping(access(), made.hook_id)).toBe(true);
    const vouched = newest();
    expect(await gitlabWebhooks.verify(vouched, [secret], Date.now())).toBe('sender');
    expect(gitlabWebhooks.parse(vouched)).toMatchObject({ kind: 'push', ref: 'refs/heads/main' });

    const later = await startPlace(subject);
    try {
      // the same webhook, after GitLab was upgraded
      later.git.write('README.md', 'Shop\n');
      later.git.commit('first');
      for (const hook of local.state.hooksOf('acme/shop')) later.local.state.hooks.set(hook.id, hook);
      const again = { ...wanted, hook_id: made.hook_id };
      expect(await later.host.connect(access(), again)).toEqual({ kind: 'repaired', hook_id: made.hook_id });
      expect(await later.host.ping(access(), made.hook_id)).toBe(true);
      const signed = newest();
      expect(signed.headers['x-gitlab-token']).toBeUndefined();
      expect(await gitlabWebhooks.verify(signed, [secret], Date.now())).toBe('body');
    } finally {
      await later.close();
    }
  });

  it('cannot be tried where there is nothing to send, or nobody answers', async () => {
    const { host, access, local } = place;
    const wanted = { url: 'http://127.0.0.1:1/events', secret, hook_id: null };
    const made = await host.connect(access(), wanted);
    if (made.kind !== 'made') throw new Error(`it was ${made.kind}`);
    expect(await host.ping(access(), made.hook_id)).toBe(false);
    local.state.hooks.delete(Number(made.hook_id));
  });
});

describe('a status at GitLab', () => {
  it('is told of a fork’s request by the request’s own ref', async () => {
    const place = await startPlace(subject);
    try {
      const { host, access, git, local } = place;
      git.write('README.md', 'Shop\n');
      const commit_sha = git.commit('of a fork');
      local.state.pullRequests.push({
        number: 3,
        full_name: 'acme/shop',
        head_sha: commit_sha,
        head_branch: 'main',
        head_repository: 'somebody/shop',
        base_branch: 'main',
        title: 'A change',
        labels: [],
        state: 'open',
        updated_at: 0,
      });
      const report = {
        commit_sha,
        context: 'bitflow',
        state: 'running',
        title: 'builds',
        summary: '',
        text: null,
        details_url: `https://builds.example.com/${'x'.repeat(300)}`,
        external_id: 'r-1',
        report_id: null,
        pull_request: 3,
        started_at: null,
        finished_at: null,
      } as const;
      const id = await host.report(access('write'), report);
      expect(id).toMatch(/^\d+$/);
      expect(local.state.requests.filter((request) => request.includes('/statuses/'))).toHaveLength(2);
      expect(local.state.statuses).toMatchObject([{ sha: commit_sha, state: 'running' }]);
      // what it is already, and a step back, change nothing
      for (const state of ['running', 'queued'] as const)
        expect(await host.report(access('write'), { ...report, state, report_id: id })).toBe(id);
      expect(local.state.statuses).toHaveLength(1);
    } finally {
      await place.close();
    }
  });
});
