import type { CommitReport } from '#core/commit-report.ts';
import type { HostAccess } from '#core/ports.ts';
import { HostRefusal } from '../http.ts';
import type { GiteeApi } from './api.ts';
import { reportAsCheck } from './report-check.ts';
import { reportAsComment } from './report-comment.ts';

/** What a report id begins with says where it is. */
const CHECK = 'check:';

/**
 * Says how the builds of a commit stand, by a check run; Gitee has no commit statuses. Only the repository's
 * administrators may make one (help.gitee.com/base/pullrequest/ci-check): with other tokens it is one comment, on the
 * pull request or the commit, which changes as the builds do.
 */
export async function report(api: GiteeApi, access: HostAccess, told: CommitReport): Promise<string> {
  const { report_id: known } = told;
  if (known !== null && !known.startsWith(CHECK)) return reportAsComment(api, access, told, known);
  try {
    const id = await reportAsCheck(api, access, told, known?.slice(CHECK.length) ?? null);
    return `${CHECK}${id}`;
  } catch (error) {
    const forbidden = error instanceof HostRefusal && [403, 404, 405].includes(error.status);
    if (!forbidden || known !== null) throw error;
    return reportAsComment(api, access, told, null);
  }
}
