import { z } from 'zod';
import { PlannedView } from '#core/api/plan.ts';

/** What `bitflow plan --json` prints: the `plan` and `error` of the API's own answer, and what was planned. */
export const LocalPlanView = z.object({
  /** `owner/name`: part of the names of caches. */
  repository: z.string(),
  /** The ref that is checked out, or that names the commit; null: none does. */
  ref: PlannedView.shape.ref,
  /** The commit that is planned, or that the work tree is based on; null: there is none. */
  commit_sha: z.string().nullable(),
  /** Whether what was planned is not that commit, but what could be committed now. */
  uncommitted_changes: z.boolean(),
  root_directory: z.string(),
  plan: PlannedView.shape.plan,
  error: PlannedView.shape.error,
});
export type LocalPlanView = z.infer<typeof LocalPlanView>;
