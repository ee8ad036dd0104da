import { expect, it } from 'vitest';
import type { CommitReport, ReportState } from '#core/commit-report.ts';
import type { HostUnderTest } from './place.ts';
import type { Started } from './suite.ts';

export const REPORT: Omit<CommitReport, 'commit_sha'> = {
  context: 'bitflow',
  state: 'queued',
  title: 'Two images wait',
  summary: '- `shop` waits\n- `shop/worker` waits',
  text: null,
  details_url: 'https://builds.example.com/b/1',
  external_id: 'r-1:0123',
  report_id: null,
  pull_request: null,
  started_at: null,
  finished_at: null,
};

const OUTCOMES: readonly (readonly [ReportState, 'pending' | 'success' | 'failure'])[] = [
  ['waiting_approval', 'pending'],
  ['queued', 'pending'],
  ['running', 'pending'],
  ['cancelled', 'failure'],
  ['failed', 'failure'],
  ['succeeded', 'success'],
];

/** What a host is told of a commit. */
export function itReports(at: () => Started, subject: HostUnderTest): void {
  it('tells each state of the commit that it is about, and no other', async () => {
    const { host, local, access } = at().place;
    const { first = '', renamed = '' } = at().commits;
    let report_id: string | null = null;
    for (const [state] of OUTCOMES)
      report_id = await host.report(access('write'), {
        ...REPORT,
        commit_sha: first,
        state,
        report_id,
        ...(state === 'running' && { started_at: Date.now() }),
        ...(state === 'succeeded' && { started_at: Date.now(), finished_at: Date.now() }),
      });
    expect(subject.told(local, first)).toEqual(OUTCOMES.map(([, outcome]) => outcome));
    expect(subject.told(local, renamed)).toEqual([]);
  });

  it('takes what is long', async () => {
    const { host, local, access } = at().place;
    const { modes = '' } = at().commits;
    await host.report(access('write'), {
      ...REPORT,
      commit_sha: modes,
      state: 'failed',
      title: 'ü'.repeat(140),
      summary: '🐳'.repeat(40_000),
      text: '🐳'.repeat(40_000),
    });
    expect(subject.told(local, modes)).toEqual(['failure']);
  });

  it('refuses where the token may not, and of a commit that is not there', async () => {
    const { host, access } = at().place;
    const { first = '' } = at().commits;
    const refused = { name: 'UserError', code: 'refused' };
    await expect(host.report(access('read'), { ...REPORT, commit_sha: first })).rejects.toMatchObject(
      refused,
    );
    const gone = '0123456789abcdef0123456789abcdef01234567';
    await expect(host.report(access('write'), { ...REPORT, commit_sha: gone })).rejects.toMatchObject(
      refused,
    );
  });
}
