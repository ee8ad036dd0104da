import { z } from 'zod';
import type { ChangedPaths, HostAccess } from '#core/ports.ts';
import { diffTrees, type ReadTree } from '../tree-diff.ts';
import { type GiteeApi, orNull } from './api.ts';
import { Sha } from './fields.ts';

/** Gitee's "Git Data", `getV5ReposOwnerRepoGitTreesSha`; `truncated` is left out of what is whole. */
const Answer = z.object({
  tree: z.array(z.object({ path: z.string(), mode: z.string(), type: z.string(), sha: Sha })),
  truncated: z.boolean().nullish(),
});

/** Two trees are compared: Gitee's own comparison guesses at renames, and does not say where it was cut. */
export async function changedPaths(
  api: GiteeApi,
  access: HostAccess,
  from: string,
  to: string,
): Promise<ChangedPaths> {
  const read: ReadTree = async (sha, recursive) => {
    const asked = api.askPage(access, {
      what: `list the files of ${access.full_name}`,
      path: `/git/trees/${encodeURIComponent(sha)}`,
      query: { ...(recursive && { recursive: 1 }) },
      answer: Answer,
    });
    const answer = await orNull(asked, 400, 404, 422);
    if (answer === null) return null;
    const { value, pages } = answer;
    return { entries: value.tree, truncated: value.truncated === true || pages > 1 };
  };
  return diffTrees(read, from, to);
}
