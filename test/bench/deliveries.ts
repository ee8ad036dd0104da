import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { pushPayload } from '#local/client.ts';
import type { StackInfo } from '#local/stack-info.ts';
import type { HttpRequest } from './load.ts';

/** Nobody connected it: `intake` says so in the delivery, and no build starts. `webhooks` itself never looks. */
const REPOSITORY = 'bench/not-connected';
/** Makes a payload as long as GitHub's are for a push of a few commits: about 7 KB. */
const COMMITS = 8;

/** A push as GitHub would deliver it: commit, delivery id and signature are new each time. */
export function signedDelivery({ githubWebhookSecret }: StackInfo): HttpRequest {
  const after = randomBytes(20).toString('hex');
  const push = pushPayload({ fullName: REPOSITORY, ref: 'refs/heads/main', before: null, after });
  const body = JSON.stringify({ ...push, commits: commits(after) });
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/bench',
      'x-github-event': 'push',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', githubWebhookSecret).update(body).digest('hex')}`,
    },
  };
}

function commits(id: string): object[] {
  const person = { name: 'Ada Lovelace', email: 'ada@example.com', username: 'ada' };
  return Array.from({ length: COMMITS }, (_, index) => ({
    id,
    tree_id: id,
    distinct: true,
    message: `Change number ${index}\n\n${'It says why, in a sentence or two. '.repeat(6)}`,
    timestamp: '2026-01-01T00:00:00Z',
    url: `https://github.com/${REPOSITORY}/commit/${id}`,
    author: person,
    committer: person,
    added: [],
    removed: [],
    modified: ['src/server.js', 'package.json', 'package-lock.json', 'README.md'],
  }));
}
