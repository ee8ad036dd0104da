import { z } from 'zod';
import type { CommitReport, ReportState } from '#core/commit-report.ts';
import type { HostAccess } from '#core/ports.ts';
import { type GiteeApi, orNull } from './api.ts';

/** What is passed on of a report's parts (characters): Gitee says no limit. */
const MAX_TEXT = 60_000;

const Run = z.object({
  id: z.int().positive(),
  status: z.string(),
  conclusion: z.string().nullish(),
});
type Run = z.infer<typeof Run>;
const Runs = z.union([
  z.array(Run),
  z.object({ check_runs: z.array(Run) }).transform(({ check_runs }) => check_runs),
]);

/** What a check is: not done, or done with a conclusion. What waits for approval is not done. */
const CHECK: Readonly<Record<ReportState, { status: string; conclusion?: string }>> = {
  waiting_approval: { status: 'queued' },
  queued: { status: 'queued' },
  running: { status: 'in_progress' },
  cancelled: { status: 'completed', conclusion: 'cancelled' },
  failed: { status: 'completed', conclusion: 'failure' },
  succeeded: { status: 'completed', conclusion: 'success' },
};

/**
 * A conclusion stays for good at Gitee: what comes after it, as when somebody builds the commit again, is another
 * check of the same name, and the newest counts. Source: help.gitee.com/base/pullrequest/ci-check
 * @param known the id of the check that was made earlier; null: none that we know of.
 * @returns the id of the check that says it now.
 */
export async function reportAsCheck(
  api: GiteeApi,
  access: HostAccess,
  told: CommitReport,
  known: string | null,
): Promise<string> {
  const earlier = known ?? (await unheard(api, access, told));
  const changed = earlier === null ? null : await change(api, access, told, earlier);
  if (changed !== null && says(changed, told)) return String(changed.id);
  const pull_request_id = await requestId(api, access, told.pull_request);
  const { id } = await api.ask(access, {
    what: whatOf(access, told),
    method: 'POST',
    path: '/check-runs',
    body: {
      head_sha: told.commit_sha,
      ...checkOf(told),
      ...(pull_request_id !== null && { pull_request_id }),
    },
    answer: Run,
  });
  return String(id);
}

const whatOf = ({ full_name }: HostAccess, { commit_sha }: CommitReport): string =>
  `report on ${commit_sha} to ${full_name}`;

function says({ status, conclusion }: Run, { state }: CommitReport): boolean {
  const wanted = CHECK[state];
  return status === wanted.status && (conclusion || null) === (wanted.conclusion ?? null);
}

/** @returns the check as it stands after that; null: it is gone, or done for good. */
function change(api: GiteeApi, access: HostAccess, told: CommitReport, id: string): Promise<Run | null> {
  const asked = api.ask(access, {
    what: whatOf(access, told),
    method: 'PATCH',
    path: `/check-runs/${encodeURIComponent(id)}`,
    body: checkOf(told),
    answer: Run,
  });
  return orNull(asked, 400, 404, 422);
}

/** A check that was made although nobody heard the answer, and is not done. */
async function unheard(api: GiteeApi, access: HostAccess, told: CommitReport): Promise<string | null> {
  const runs = await api.ask(access, {
    what: `read the checks of ${told.commit_sha} at ${access.full_name}`,
    path: `/commits/${told.commit_sha}/check-runs`,
    query: { check_name: told.context, per_page: 100 },
    answer: Runs,
  });
  const open = runs.find(({ status }) => status !== 'completed');
  return open ? String(open.id) : null;
}

const Identified = z.object({ id: z.int().positive() });

/** Gitee's id of a pull request, which is not its number: with it the check stands at the request. */
async function requestId(api: GiteeApi, access: HostAccess, number: number | null): Promise<number | null> {
  if (number === null) return null;
  const what = `read pull request ${number} of ${access.full_name}`;
  const asked = api.ask(access, { what, path: `/pulls/${number}`, answer: Identified });
  return (await orNull(asked, 404))?.id ?? null;
}

function checkOf(told: CommitReport) {
  const { context: name, title, started_at, finished_at, details_url } = told;
  const { status, conclusion } = CHECK[told.state];
  const text = told.text === null ? {} : { text: told.text.slice(0, MAX_TEXT).toWellFormed() };
  return {
    name,
    status,
    output: { title, summary: told.summary.slice(0, MAX_TEXT).toWellFormed(), ...text },
    ...(details_url && { details_url }),
    ...(started_at !== null && { started_at: new Date(started_at).toISOString() }),
    ...(conclusion && {
      conclusion,
      ...(finished_at !== null && { completed_at: new Date(finished_at).toISOString() }),
    }),
  };
}
