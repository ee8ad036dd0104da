import { z } from 'zod';
import type { CommitReport, ReportState } from '#core/commit-report.ts';
import type { HostAccess } from '#core/ports.ts';
import { HostRefusal } from '../http.ts';
import { asked, type GitLabApi } from './api.ts';

/** The most that GitLab takes of a description, and of an address (characters). */
const MAX_CHARS = 255;

const STATUS = {
  waiting_approval: 'pending',
  queued: 'pending',
  running: 'running',
  cancelled: 'canceled',
  failed: 'failed',
  succeeded: 'success',
} as const satisfies Readonly<Record<ReportState, string>>;

const Status = z.object({ id: z.int().positive() });

/**
 * A commit status. GitLab keeps one job a context that is not over, and lets it only go forward: what it is already,
 * and steps back, it refuses with 400, and that is as we want it. Once it is over, the next one is a new job, which
 * takes the other's place. Source: docs.gitlab.com/api/commits#set-commit-pipeline-status
 */
export async function report(api: GitLabApi, access: HostAccess, told: CommitReport): Promise<string | null> {
  const { full_name } = access;
  const { commit_sha, context, title, details_url, pull_request } = told;
  const what = `report on ${commit_sha} to ${full_name}`;
  const send = (ref?: string) =>
    asked(
      what,
      Status,
      api.commits.editStatus(full_name, commit_sha, STATUS[told.state], {
        name: context,
        description: title.slice(0, MAX_CHARS),
        ...(details_url && details_url.length <= MAX_CHARS && { targetUrl: details_url }),
        ...(ref && { ref }),
      }),
    );
  try {
    const sent = send().catch((error: unknown) => {
      // The head of a fork's request is on no branch of the project, only on the request's own ref.
      if (pull_request === null || !isStatus(error, 404)) throw error;
      return send(`refs/merge-requests/${pull_request}/head`);
    });
    return String((await sent).id);
  } catch (error) {
    if (isStatus(error, 400) && /cannot transition status/i.test(error.message)) return told.report_id;
    throw error;
  }
}

function isStatus(error: unknown, status: number): error is HostRefusal {
  return error instanceof HostRefusal && error.status === status;
}
