import { z } from 'zod';
import { UserError } from '#core/errors.ts';
import type { ChangedPaths, HostAccess } from '#core/ports.ts';
import { HostRefusal } from '../http.ts';
import { diffTrees, type ReadTree, type Tree } from '../tree-diff.ts';
import { asked, type GitLabApi, orNull } from './api.ts';

/**
 * Source: docs.gitlab.com/api/repositories#compare-branches-tags-or-commits. `compare_timeout` is set where the list
 * was cut: at 100 files unless the server's settings say otherwise, and at some size of the patches.
 */
const Comparison = z.object({
  diffs: z.array(z.object({ old_path: z.string(), new_path: z.string() })),
  compare_timeout: z.boolean(),
});

/** GitLab's own comparison, and where that is cut, both trees. */
export async function changedPaths(
  api: GitLabApi,
  access: HostAccess,
  from: string,
  to: string,
): Promise<ChangedPaths> {
  const { full_name } = access;
  const what = `compare ${from} and ${to} of ${full_name}`;
  try {
    const comparison = await asked(
      what,
      Comparison,
      // `straight`: the two commits, not what one adds to their merge base
      api.repositories.compare(full_name, from, to, { straight: true }),
    );
    if (!comparison.compare_timeout) {
      const paths = comparison.diffs.flatMap(({ old_path, new_path }) => [old_path, new_path]);
      return { known: true, paths: [...new Set(paths)] };
    }
  } catch (error) {
    if (error instanceof HostRefusal && error.status === 404)
      return { known: false, why: 'GitLab does not have one of the commits any more' };
    // the patches are in the answer: it may be too large
    if (error instanceof HostRefusal || !(error instanceof UserError)) throw error;
  }
  return diffTrees(treesOf(api, access), from, to);
}

/** Source: docs.gitlab.com/api/repositories#list-all-repository-trees-in-a-project */
const Entries = z.array(z.object({ id: z.string(), path: z.string(), mode: z.string(), type: z.string() }));
const PER_PAGE = 100;
const MOST_PAGES = 10;

/**
 * Trees by id. GitLab lists a folder by a commit and its path, so each that was seen is noted, with where it lies: a
 * tree is the same wherever it lies.
 */
function treesOf(api: GitLabApi, { full_name }: HostAccess): ReadTree {
  const seen = new Map<string, { commit: string; path: string }>();
  return async (id, recursive): Promise<Tree | null> => {
    const { commit, path } = seen.get(id) ?? { commit: id, path: '' };
    const listed = await orNull(
      asked(
        `list the files of ${full_name}`,
        Entries,
        api.repositories.allRepositoryTrees(full_name, {
          ref: commit,
          recursive,
          pagination: 'keyset',
          perPage: PER_PAGE,
          maxPages: MOST_PAGES,
          ...(path && { path }),
        }),
      ),
      404,
    );
    if (listed === null) return null;
    const entries = listed.map(({ id: sha, path: full, mode, type }) => {
      if (type === 'tree') seen.set(sha, { commit, path: full });
      return { sha, mode, type, path: path === '' ? full : full.slice(path.length + 1) };
    });
    // a last page that is full may be the last one that was asked for
    return { entries, truncated: entries.length >= PER_PAGE * MOST_PAGES };
  };
}
