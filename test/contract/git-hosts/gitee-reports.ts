import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommitReport, ReportState } from '#core/commit-report.ts';
import { type HostUnderTest, type Place, startPlace } from './place.ts';
import { REPORT } from './reporting.ts';

/** How Gitee is told of builds: by a check where the token is an administrator's, else by one comment. */
export function describeGiteeReports(subject: Omit<HostUnderTest, 'told'>): void {
  describe('reports at Gitee', () => {
    let place: Place;
    let commits: string[];
    beforeAll(async () => {
      place = await startPlace({ ...subject, told: () => [] });
      commits = Array.from({ length: 9 }, (_, at) => {
        place.git.write('file', `${at}`);
        return place.git.commit(`commit ${at}`);
      });
    });
    afterAll(() => place.close());
    const tell = (state: ReportState, fields: Partial<CommitReport>, right: 'admin' | 'write' = 'admin') =>
      place.host.report(place.access(right), { ...REPORT, commit_sha: '', state, ...fields });
    const checks = (sha: string | undefined) =>
      [...place.local.state.checkRuns.values()].filter(({ head_sha }) => head_sha === sha);
    const comments = () => place.local.state.comments;
    const pullRequest = (number: number, head_sha: string) =>
      place.local.state.pullRequests.push({
        number,
        full_name: 'acme/shop',
        head_sha,
        head_branch: 'side',
        head_repository: 'acme/shop',
        base_branch: 'main',
        title: 'A side',
        labels: [],
        state: 'open',
        updated_at: 0,
      });

    it('is one check that goes on until it is done', async () => {
      const [commit_sha = ''] = commits;
      const report_id = await tell('queued', { commit_sha });
      expect(await tell('running', { commit_sha, report_id, started_at: 0 })).toBe(report_id);
      const text = '```\nlog\n```';
      expect(await tell('failed', { commit_sha, report_id, text, started_at: 0, finished_at: 1000 })).toBe(
        report_id,
      );
      expect(checks(commit_sha)).toMatchObject([
        {
          name: 'bitflow',
          status: 'completed',
          conclusion: 'failure',
          details_url: REPORT.details_url,
          started_at: '1970-01-01T00:00:00.000Z',
          completed_at: '1970-01-01T00:00:01.000Z',
          output: { title: REPORT.title, summary: REPORT.summary, text },
        },
      ]);
    });

    it('is another check after one that was done, as a conclusion stays for good', async () => {
      const [, commit_sha = ''] = commits;
      const first = await tell('failed', { commit_sha });
      expect(await tell('failed', { commit_sha, report_id: first })).toBe(first);
      const second = await tell('running', { commit_sha, report_id: first });
      expect(second).not.toBe(first);
      expect(await tell('succeeded', { commit_sha, report_id: second })).toBe(second);
      expect(checks(commit_sha).map(({ conclusion }) => conclusion)).toEqual(['failure', 'success']);
    });

    it('finds the check of which nobody heard the answer', async () => {
      const [, , commit_sha = ''] = commits;
      const lost = await tell('queued', { commit_sha });
      expect(await tell('running', { commit_sha, report_id: null })).toBe(lost);
      expect(checks(commit_sha)).toHaveLength(1);
    });

    it('stands at the pull request, by its id', async () => {
      const [, , , commit_sha = ''] = commits;
      pullRequest(3, commit_sha);
      await tell('queued', { commit_sha, pull_request: 3 });
      const { id } = place.local.state.facts('acme/shop');
      expect(checks(commit_sha)).toMatchObject([{ pull_request_id: id * 1000 + 3 }]);
    });

    it('is one comment on the commit where a token may make no check, and changes', async () => {
      const [, , , , commit_sha = ''] = commits;
      const report_id = await tell('queued', { commit_sha }, 'write');
      expect(await tell('running', { commit_sha, report_id }, 'write')).toBe(report_id);
      // also where the answer to the first was lost
      expect(await tell('succeeded', { commit_sha }, 'write')).toBe(report_id);
      expect(comments().filter(({ sha }) => sha === commit_sha)).toMatchObject([
        { body: expect.stringContaining(`**\`${REPORT.title}\`** (${commit_sha.slice(0, 7)})`) },
      ]);
      expect(checks(commit_sha)).toEqual([]);
    });

    it('is a comment on the pull request where there is one, and is made again where it was deleted', async () => {
      const [, , , , , commit_sha = ''] = commits;
      pullRequest(5, commit_sha);
      const told = { commit_sha, pull_request: 5 };
      const report_id = await tell('queued', told, 'write');
      await tell('failed', { ...told, report_id }, 'write');
      const own = () => comments().filter(({ pull_request }) => pull_request === 5);
      expect(own()).toHaveLength(1);
      place.local.state.comments.splice(
        comments().indexOf(own()[0] ?? { id: 0, full_name: '', sha: '', body: '' }),
        1,
      );
      const again = await tell('failed', { ...told, report_id }, 'write');
      expect(again).not.toBe(report_id);
      expect(own()).toHaveLength(1);
    });

    it('stays a comment once it is one, whatever the token may do by then', async () => {
      const [, , , , , , commit_sha = ''] = commits;
      const report_id = await tell('queued', { commit_sha }, 'write');
      expect(await tell('succeeded', { commit_sha, report_id }, 'admin')).toBe(report_id);
      expect(checks(commit_sha)).toEqual([]);
    });
  });
}
