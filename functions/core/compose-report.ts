import { createHash } from 'node:crypto';
import type { Build } from './build.ts';
import type { CommitReport } from './commit-report.ts';
import { isEnded, stateOf } from './commit-state.ts';
import { type LogEnd, summaryOf, textOf, titleOf } from './commit-text.ts';
import type { ReportDocument } from './report-document.ts';

/** What the host shall be told, and what is kept of it. */
export interface Composed {
  readonly report: CommitReport;
  /** Of all that it is told. */
  readonly digest: string;
  readonly run: number;
}

/**
 * What a host shall be told of the builds of a commit. Once all of an earlier run had ended, something that is built
 * again begins a new one.
 * @param builds those that count (`latestBuilds`), one at least.
 * @param logs the ends of the logs of those that failed.
 */
export function composeReport(
  known: Pick<ReportDocument, 'id' | 'commit_sha' | 'told' | 'run' | 'report_id' | 'doubt'>,
  builds: readonly Build[],
  logs: readonly LogEnd[],
): Composed {
  const state = stateOf(builds, known.told?.state ?? null);
  const next =
    known.told !== null && isEnded(known.told.state) && !isEnded(state) ? known.run + 1 : known.run;
  // one that a lost writer may have begun must not stay as it left it
  const run = Math.max(next, known.doubt?.unnamed ?? 0);
  const anew = run > known.run;
  const content = {
    commit_sha: known.commit_sha,
    context: 'bitflow',
    state,
    title: titleOf(builds),
    summary: summaryOf(builds),
    text: textOf(logs),
    details_url: null,
    external_id: `${known.id}.${run}`,
    pull_request: builds.findLast(({ pull_request }) => pull_request !== null)?.pull_request?.number ?? null,
    started_at: least(builds.flatMap(({ started_at }) => started_at ?? [])),
    finished_at: isEnded(state) ? Math.max(...builds.map(({ finished_at }) => finished_at ?? 0)) : null,
  };
  const digest = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return { report: { ...content, report_id: anew ? null : known.report_id }, digest, run };
}

function least(times: readonly number[]): number | null {
  return times.length === 0 ? null : Math.min(...times);
}
