import { z } from 'zod';
import { PlannedView } from '#core/api/plan.ts';
import { Digest } from '#core/build.ts';

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

/** What `bitflow plan --build --json` prints last: the plan, and the image that it became. */
export const LocalBuildView = LocalPlanView.extend({
  /** Null: there is none, and `error` says why. */
  image: z
    .object({
      /** Of the image's index. */
      digest: Digest,
      /** What a pull transfers. */
      size_bytes: z.int(),
      platforms: z.array(z.string()),
      /** Where it was written to; null: nowhere. */
      file: z.string().nullable(),
    })
    .nullable(),
});
export type LocalBuildView = z.infer<typeof LocalBuildView>;

/** What was planned, in a few words. */
export function wordsOf(view: LocalPlanView): string {
  const { repository, commit_sha: commit, uncommitted_changes: changed, root_directory: root } = view;
  const based = commit?.slice(0, 7);
  const files =
    based === undefined ? 'the files here' : `${based}${changed ? ' with uncommitted changes' : ''}`;
  return `${repository}, ${files}${root === '.' ? '' : `, in ${root}`}`;
}
