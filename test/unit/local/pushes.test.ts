import { describe, expect, test } from 'vitest';
import type { ApiDelivery, Push } from '#local/client.ts';
import { pushesOf, tellOf } from '#local/post-receive/pushes.ts';

const [ONE, TWO, ZERO] = ['1', '2', '0'].map((digit) => digit.repeat(40)) as [string, string, string];

describe('what a push tells of', () => {
  test('a new branch, a later push, a deletion, a tag: an event each, in order', () => {
    const lines = [
      `${ZERO} ${ONE} refs/heads/main`,
      `${ONE} ${TWO} refs/heads/feature/x`,
      `${ONE} ${ZERO} refs/heads/old`,
      `${ZERO} ${ONE} refs/tags/v1`,
    ];
    expect(pushesOf(`${lines.join('\n')}\n`, 'me/app')).toEqual([
      { fullName: 'me/app', ref: 'refs/heads/main', before: null, after: ONE },
      { fullName: 'me/app', ref: 'refs/heads/feature/x', before: ONE, after: TWO },
      { fullName: 'me/app', ref: 'refs/heads/old', before: ONE, after: null },
      { fullName: 'me/app', ref: 'refs/tags/v1', before: null, after: ONE },
    ]);
  });

  test('refs that are neither, such as notes, are nobody’s business', () => {
    expect(pushesOf(`${ZERO} ${ONE} refs/notes/commits\n`, 'me/app')).toEqual([]);
  });

  test('more than three tags at once go unsaid, as at GitHub; the branch beside them does not', () => {
    const tags = [1, 2, 3, 4].map((n) => `${ZERO} ${ONE} refs/tags/v${n}\n`).join('');
    expect(pushesOf(`${tags}${ZERO} ${ONE} refs/heads/main\n`, 'me/app')).toEqual([
      { fullName: 'me/app', ref: 'refs/heads/main', before: null, after: ONE },
    ]);
  });
});

describe('what whoever pushed is told', () => {
  const push: Push = { fullName: 'me/app', ref: 'refs/heads/main', before: null, after: ONE };
  const delivery: ApiDelivery = {
    id: 'd-1',
    platform: 'github',
    event: 'push',
    repository: 'me/app',
    repository_id: 'r-1',
    ref: 'refs/heads/main',
    commit_sha: ONE,
    pull_request: null,
    decided_at: '2026-01-01T00:00:01.000Z',
    replay_of: null,
    received_at: '2026-01-01T00:00:00.000Z',
    verdict: 'accepted',
    reason: null,
    build_ids: ['b-1'],
  };

  test('the command that watches the build', () => {
    expect(tellOf(push, [delivery], 'http://git')).toEqual([
      'main is being built',
      'bitflow builds watch b-1',
    ]);
  });

  test('how to connect a repository that is not', () => {
    const reason = 'the repository "me/app" is not connected';
    expect(tellOf(push, [{ ...delivery, verdict: 'ignored', reason, build_ids: [] }], 'http://git')).toEqual([
      `nothing is built of main: ${reason}`,
      'bitflow repos connect me/app --platform github --clone-url http://git/me/app.git',
    ]);
  });

  test('what came of it at the host where it is connected, and nothing of the others', () => {
    const reason = 'the repository "me/app" is not connected';
    const unknown: ApiDelivery = { ...delivery, id: 'd-2', verdict: 'ignored', reason, build_ids: [] };
    expect(tellOf(push, [unknown, delivery], 'http://git')).toEqual([
      'main is being built',
      'bitflow builds watch b-1',
    ]);
    expect(tellOf(push, [], 'http://git')).toEqual([]);
  });

  test('why nothing is built', () => {
    const ignored: ApiDelivery = { ...delivery, verdict: 'ignored', reason: 'a branch', build_ids: [] };
    expect(tellOf(push, [ignored], 'http://git')).toEqual(['nothing is built of main: a branch']);
  });

  test('where to look when it is not decided yet', () => {
    expect(tellOf(push, [{ ...delivery, verdict: 'received', build_ids: [] }], 'http://git')).toEqual([
      'main is delivered: bitflow deliveries show d-1',
    ]);
  });
});
