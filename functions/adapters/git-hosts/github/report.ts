import { z } from 'zod';
import type { CommitReport, ReportState } from '#core/commit-report.ts';
import type { HostAccess } from '#core/ports.ts';
import type { GitHubApi } from './api.ts';
import { orNull } from './request.ts';

/** The most that GitHub takes of an output's summary and text (bytes). */
const MAX_OUTPUT_BYTES = 65_535;
/** The most that it takes of a status' description (characters). */
const MAX_DESCRIPTION = 140;

/** A check for an App, which alone may make them; a commit status for a token. */
export async function report(api: GitHubApi, access: HostAccess, told: CommitReport): Promise<string> {
  const shown = await api.shown(access);
  return shown.kind === 'app' ? reportAsCheck(api, access, told) : reportAsStatus(api, access, told);
}

const STATUS: Readonly<Record<ReportState, 'pending' | 'success' | 'failure' | 'error'>> = {
  waiting_approval: 'pending',
  queued: 'pending',
  running: 'pending',
  cancelled: 'error',
  failed: 'failure',
  succeeded: 'success',
};

const Made = z.object({ id: z.int().positive() });

/** Source: docs.github.com/en/rest/commits/statuses#create-a-commit-status */
async function reportAsStatus(api: GitHubApi, access: HostAccess, told: CommitReport): Promise<string> {
  const { id } = await api.ask(access, {
    what: `report on ${told.commit_sha} to ${access.full_name}`,
    route: 'POST /repos/{owner}/{repo}/statuses/{sha}',
    params: {
      sha: told.commit_sha,
      state: STATUS[told.state],
      context: told.context,
      description: told.title.slice(0, MAX_DESCRIPTION),
      ...(told.details_url && { target_url: told.details_url }),
    },
    answer: Made,
  });
  return String(id);
}

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
 * GitHub puts the button that runs it again beside a check that is done. Source: docs.github.com/en/rest/checks/runs
 */
async function reportAsCheck(api: GitHubApi, access: HostAccess, told: CommitReport): Promise<string> {
  const what = `report on ${told.commit_sha} to ${access.full_name}`;
  const check = checkOf(told);
  const known = told.report_id ?? (await toldEarlier(api, access, told));
  const changed =
    known &&
    (await orNull(
      api.ask(access, {
        what,
        route: 'PATCH /repos/{owner}/{repo}/check-runs/{check}',
        params: { check: known, ...check },
        answer: Made,
      }),
      404,
    ));
  if (changed) return String(changed.id);
  const { id } = await api.ask(access, {
    what,
    route: 'POST /repos/{owner}/{repo}/check-runs',
    params: { head_sha: told.commit_sha, ...check },
    answer: Made,
  });
  return String(id);
}

const Runs = z.object({ check_runs: z.array(Made.extend({ external_id: z.string().nullish() })) });

/** A check that was made although nobody heard the answer: a second one would stand beside it for good. */
async function toldEarlier(api: GitHubApi, access: HostAccess, told: CommitReport): Promise<string | null> {
  const { check_runs } = await api.ask(access, {
    what: `read the checks of ${told.commit_sha} at ${access.full_name}`,
    route: 'GET /repos/{owner}/{repo}/commits/{sha}/check-runs',
    params: { sha: told.commit_sha, check_name: told.context, per_page: 100 },
    answer: Runs,
  });
  const own = check_runs.find(({ external_id }) => external_id === told.external_id);
  return own ? String(own.id) : null;
}

function checkOf(told: CommitReport) {
  const { context: name, title, started_at, finished_at, details_url, external_id } = told;
  const { status, conclusion } = CHECK[told.state];
  const output = {
    title,
    summary: cut(told.summary),
    ...(told.text !== null && { text: cut(told.text) }),
  };
  return {
    name,
    status,
    external_id,
    output,
    ...(details_url && { details_url }),
    ...(started_at !== null && { started_at: new Date(started_at).toISOString() }),
    ...(conclusion && {
      conclusion,
      ...(finished_at !== null && { completed_at: new Date(finished_at).toISOString() }),
    }),
  };
}

/** The start of a text, in whole characters. */
function cut(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_OUTPUT_BYTES) return text;
  return bytes
    .subarray(0, MAX_OUTPUT_BYTES)
    .toString('utf8')
    .replace(/\ufffd+$/, '');
}
