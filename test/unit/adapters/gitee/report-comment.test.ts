import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, it } from 'vitest';
import { GiteeApi } from '#adapters/git-hosts/gitee/api.ts';
import { reportAsComment } from '#adapters/git-hosts/gitee/report-comment.ts';
import type { CommitReport } from '#core/commit-report.ts';
import { Secret } from '#core/secret.ts';

const SHA = 'a'.repeat(40);
const TOLD: CommitReport = {
  commit_sha: SHA,
  context: 'bitflow',
  state: 'failed',
  title: 'Failed: `@everybody` ![x](https://evil.example)',
  summary: '- one',
  text: null,
  details_url: null,
  external_id: 'rp-1.2',
  report_id: null,
  pull_request: 7,
  started_at: null,
  finished_at: null,
};

/** A Gitee that has these comments, and takes any. */
let comments: { id: number; body: string }[] = [];
const told: { method: string | undefined; body: string }[] = [];
const server = createServer(async (request, response) => {
  let text = '';
  for await (const chunk of request) text += chunk;
  if (request.method !== 'GET') told.push({ method: request.method, body: JSON.parse(text).body });
  response.end(JSON.stringify(request.method === 'GET' ? comments : { id: 9 }));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
afterAll(() => void server.close());

const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const api = new GiteeApi({ url, apiUrl: `${url}/api/v5` });
const full_name = 'acme/shop';
const access = { full_name, clone_url: `${url}/${full_name}`, token: new Secret('t'), installation: false };
const report = () => reportAsComment(api, access, TOLD, null);

it('is no comment that a stranger made to look like ours', async () => {
  comments = [{ id: 5, body: `<!-- bitflow ${SHA} queued -->` }];
  expect(await report()).toBe('pull-comment:9');
  comments.push({ id: 6, body: told.at(-1)?.body ?? '' });
  expect(await report()).toBe('pull-comment:6');
  expect(told.map(({ method }) => method)).toEqual(['POST', 'PATCH']);
});

it('has its title as code, which a stranger’s build may have a say in', async () => {
  await report();
  expect(told.at(-1)?.body).toContain("**`Failed: '@everybody' ![x](https://evil.example)`** (aaaaaaa)");
});
