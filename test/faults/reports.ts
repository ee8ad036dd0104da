import type { Build } from '#core/build.ts';
import { REPORT_STATES } from '#core/commit-report.ts';
import type { FactualReport } from './facts.ts';
import type { Remains } from './world.ts';

/** How long what a lost writer sent may be seen (ms): two looks of `sweep`, and the time that a message takes. */
const SEEN_AT_MOST_MS = 16 * 60_000;

/**
 * Of every commit that was built the host shows what became of the builds; what it was told of one run never went
 * back, but for what came late of a writer that was lost, and that is put right.
 */
export function theHostKnows({ context, facts, state }: Remains): void {
  const builds = [...state.builds.values()];
  for (const ofCommit of Map.groupBy(
    builds,
    ({ repository, commit_sha }) => `${repository} ${commit_sha}`,
  ).values()) {
    const [first] = ofCommit;
    const told = facts.reports.filter(
      (one) => one.repository === first?.repository && one.commit_sha === first.commit_sha,
    );
    const name = `${first?.repository} at ${first?.commit_sha.slice(0, 7)}`;
    const shown = shownOf(told);
    const wanted = outcomeOf(ofCommit);
    if (shown?.state !== wanted)
      context.broken(`the host shows ${shown?.state} for ${name}, which ${wanted}`);
    for (const [index, report] of told.entries()) goesOn(report, told.slice(index + 1), context);
  }
  for (const one of state.reports.values())
    if (one.lease !== null) context.broken(`the report ${one.id} is leased for ever`);
}

/** What people see: the report that was begun last, as it was told last. */
function shownOf(told: readonly FactualReport[]): FactualReport | undefined {
  const last = told.findLast(
    (one, index) => told.findIndex(({ report_id }) => report_id === one.report_id) === index,
  );
  return told.findLast(({ report_id }) => report_id === last?.report_id);
}

/** What the newest build of each image and ref came to. */
function outcomeOf(builds: readonly Build[]): string {
  const newest = new Map<string, Build>();
  for (const build of builds.toSorted((a, b) => a.created_at - b.created_at || (a.id < b.id ? -1 : 1)))
    newest.set(`${build.image.name} ${build.ref}`, build);
  const ends = [...newest.values()].map(({ status }) => status);
  if (ends.every((end) => end === 'succeeded')) return 'succeeded';
  return ends.every((end) => end === 'succeeded' || end === 'cancelled') ? 'cancelled' : 'failed';
}

const rank = (report: FactualReport): number => REPORT_STATES.indexOf(report.state);

function goesOn(report: FactualReport, later: readonly FactualReport[], context: Remains['context']): void {
  const back = later.find((one) => one.external_id === report.external_id && isBehind(one, report));
  if (back === undefined) return;
  const rest = later.slice(later.indexOf(back) + 1);
  const repaired = rest.some((one) => one.at <= back.at + SEEN_AT_MOST_MS && !isBehind(one, report));
  if (!repaired) context.broken(`${report.external_id} went from ${report.state} back to ${back.state}`);
}

/** Whether the host shows less of a run than it did: ends may replace each other, where builds came in between. */
function isBehind(one: FactualReport, before: FactualReport): boolean {
  return rank(one) < rank(before) && rank(one) < REPORT_STATES.indexOf('cancelled');
}
