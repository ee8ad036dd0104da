import { z } from 'zod';
import type { ChangedPaths, HostAccess } from '#core/ports.ts';
import { diffTrees, type ReadTree } from '../tree-diff.ts';
import type { GitHubApi } from './api.ts';
import { Sha } from './fields.ts';
import { orNull } from './request.ts';

/** Source: docs.github.com/en/rest/git/trees#get-a-tree */
const Answer = z.object({
  tree: z.array(z.object({ path: z.string(), mode: z.string(), type: z.string(), sha: Sha })),
  truncated: z.boolean().default(false),
});

/** Two trees are compared, as GitHub's own comparison tells 300 files at most. */
export async function changedPaths(
  api: GitHubApi,
  access: HostAccess,
  from: string,
  to: string,
): Promise<ChangedPaths> {
  const read: ReadTree = async (sha, recursive) => {
    const asked = api.ask(access, {
      what: `list the files of ${access.full_name}`,
      route: 'GET /repos/{owner}/{repo}/git/trees/{sha}',
      // any value at all, even `false`, makes it recursive
      params: { sha, ...(recursive && { recursive: '1' }) },
      answer: Answer,
    });
    const answer = await orNull(asked, 404, 409, 422);
    return answer && { entries: answer.tree, truncated: answer.truncated };
  };
  return diffTrees(read, from, to);
}
