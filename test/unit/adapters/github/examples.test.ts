import github from '@octokit/webhooks-examples/api.github.com/index.json' with { type: 'json' };
import ghes31 from '@octokit/webhooks-examples/ghes-31/index.json' with { type: 'json' };
import ghes35 from '@octokit/webhooks-examples/ghes-35/index.json' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { githubWebhooks } from '#adapters/git-hosts/github/webhooks.ts';
import { HostEvent, repositoryIn } from '#core/delivery.ts';
import { isFullName } from '#core/git-names.ts';

/** The payloads that GitHub publishes, of github.com and of its Enterprise Server. */
const Examples = z.array(z.object({ name: z.string(), examples: z.array(z.looseObject({})) }));
const Action = z.object({ action: z.string().optional() });
const SETS = Object.entries({ 'github.com': github, 'GHES 3.1': ghes31, 'GHES 3.5': ghes35 }).flatMap(
  ([host, list]) =>
    Examples.parse(list).flatMap(({ name, examples }) =>
      examples.map((payload) => ({ host, name, payload })),
    ),
);
const parsed = (name: string, payload: object) =>
  githubWebhooks.parse({ headers: { 'x-github-event': name }, rawBody: JSON.stringify(payload) });

/** What each event means to us, by name and action; an event that is not here is `other`. */
const KINDS: Readonly<Record<string, HostEvent['kind']>> = {
  ping: 'ping',
  push: 'push',
  pull_request: 'pull_request',
  'check_run.rerequested': 'rerun',
  'check_suite.rerequested': 'rerun',
  'installation.created': 'access',
  'installation.deleted': 'access',
  'installation.suspend': 'access',
  'installation.unsuspend': 'access',
  'installation_repositories.added': 'access',
  'installation_repositories.removed': 'access',
  'repository.renamed': 'repository',
  'repository.transferred': 'repository',
  'repository.archived': 'repository',
  'repository.unarchived': 'repository',
  'repository.deleted': 'repository',
};

describe('the examples that GitHub publishes', () => {
  it('are there, in hundreds', () => {
    expect(SETS.length).toBeGreaterThan(500);
  });

  it('each become the event that they are, of the shape that a delivery holds', () => {
    const wrong = SETS.flatMap(({ host, name, payload }) => {
      const { action } = Action.parse(payload);
      const want = KINDS[name] ?? KINDS[`${name}.${action}`] ?? 'other';
      const event = parsed(name, payload);
      const held = HostEvent.safeParse(event);
      return held.success && event.kind === want
        ? []
        : [{ host, name, action, want, event, said: held.error }];
    });
    expect(wrong).toEqual([]);
  });

  it('each name their repository, where they are about one, and its id', () => {
    for (const { name, payload } of SETS) {
      const about = repositoryIn(parsed(name, payload));
      if (about === null) continue;
      expect(isFullName(about.full_name)).toBe(true);
      expect(about.host_id).toMatch(/^[0-9]+$/);
    }
  });

  it('mean the same as a form', () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    for (const { name, payload } of SETS) {
      const rawBody = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
      const form = githubWebhooks.parse({ headers: { ...headers, 'x-github-event': name }, rawBody });
      expect(form).toEqual(parsed(name, payload));
    }
  });
});

describe('what some of them say', () => {
  const one = (name: string, action?: string) => {
    const found = SETS.find((each) => each.name === name && Action.parse(each.payload).action === action);
    if (!found) throw new Error(`there is no example of ${name}.${action}`);
    return parsed(name, found.payload);
  };
  const Hello = { repository: 'Codertocat/Hello-World', host_id: '186853002' };

  it('of a pull request', () => {
    expect(one('pull_request', 'synchronize')).toEqual({
      kind: 'pull_request',
      ...Hello,
      number: 2,
      action: 'updated',
      commit_sha: 'ec26c3e57ca3a959ca5aad62de7213c562f8c821',
      head_branch: 'changes',
      head_repository: 'Codertocat/Hello-World',
      base_branch: 'master',
      labels: ['bug'],
      title: 'Update the README with new information.',
      changed_at: Date.parse('2019-05-15T15:20:33Z'),
    });
    const action = (of: string) => one('pull_request', of);
    expect(
      ['opened', 'reopened', 'closed', 'labeled', 'unlabeled', 'assigned', 'locked'].map(action),
    ).toMatchObject(
      ['opened', 'opened', 'closed', 'labeled', 'labeled', 'other', 'other'].map((is) => ({ action: is })),
    );
  });

  it('of a check that is wanted again', () => {
    expect(one('check_run', 'rerequested')).toEqual({
      kind: 'rerun',
      repository: 'github/hello-world',
      host_id: '526',
      commit_sha: 'd6fde92930d4715a2b49857d24b940956b26d2d3',
    });
    expect(one('check_suite', 'rerequested')).toEqual({
      kind: 'rerun',
      ...Hello,
      commit_sha: 'ec26c3e57ca3a959ca5aad62de7213c562f8c821',
    });
  });

  it('of what an App may reach', () => {
    const access = (change: string, ...repositories: string[]) => ({ kind: 'access', change, repositories });
    expect(one('installation', 'created')).toEqual(access('granted', 'Codertocat/Hello-World'));
    expect(one('installation', 'deleted')).toEqual(access('revoked', 'octocat/Hello-World'));
    expect(one('installation', 'suspend')).toEqual(access('revoked'));
    expect(one('installation_repositories', 'added')).toEqual(access('granted', 'Codertocat/Space'));
    expect(one('installation_repositories', 'removed')).toEqual(access('revoked', 'octocat/Hello-World'));
  });

  it('of a repository that is another thing now', () => {
    const became = { kind: 'repository', repository: 'Octocoders/Hello-World', host_id: '186853261' };
    expect(one('repository', 'renamed')).toEqual({
      ...became,
      change: 'renamed',
      from: 'Octocoders/Hello-World',
    });
    expect(one('repository', 'transferred')).toEqual({
      ...became,
      change: 'transferred',
      from: 'octocat/Hello-World',
    });
  });
});
