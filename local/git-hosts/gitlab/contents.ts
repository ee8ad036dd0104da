import type { Hono } from 'hono';
import { COMMIT_SHA } from '#core/git-names.ts';
import type { HostPlace } from '../stand-in.ts';
import type { PullRequest, Right } from '../state.ts';
import { asked, notFound } from './caller.ts';

const LEVELS: Readonly<Record<Right, number>> = { admin: 40, write: 30, read: 20 };
/** `Commit.diff_safe_max_files`: a comparison lists no more files. */
const MAX_DIFFS = 100;

/** A project, and what is in it. */
export function contentsRoutes(app: Hono, place: HostPlace): void {
  const { repositories, state } = place;

  // A page after the other is asked of the same tree; what has an id does not change.
  const trees = new Map<string, ReturnType<typeof repositories.tree>>();
  const treeOf = (fullName: string, id: string, recursive: boolean) => {
    const key = `${fullName} ${id} ${recursive}`;
    const tree = trees.get(key) ?? repositories.tree(fullName, id, recursive);
    if (COMMIT_SHA.test(id)) trees.set(key, tree);
    return tree;
  };

  app.get('/projects/:id', async (context) => {
    const { fullName, right } = asked(context, place, 'read');
    const permissions = right && {
      project_access: { access_level: LEVELS[right], notification_level: 3 },
      group_access: null,
    };
    return context.json({ ...(await projectOf(place, fullName)), ...(permissions && { permissions }) });
  });

  app.get('/projects/:id/repository/files/:path', async (context) => {
    const { fullName } = asked(context, place, 'read');
    const path = context.req.param('path');
    const ref = context.req.query('ref') ?? 'HEAD';
    if ((await repositories.commit(fullName, ref)) === null) throw notFound('Commit');
    const file = await repositories.file(fullName, ref, path);
    if (file === null) throw notFound('File');
    const content = file.toString('base64');
    return context.json({ file_path: path, size: file.length, encoding: 'base64', content, ref });
  });

  app.get('/projects/:id/repository/commits/:sha', async (context) => {
    const { fullName } = asked(context, place, 'read');
    const id = await repositories.commit(fullName, context.req.param('sha'));
    if (id === null) throw notFound('Commit');
    return context.json({ id, message: (await repositories.message(fullName, id))?.replace(/\n+$/, '\n') });
  });

  app.get('/projects/:id/repository/compare', async (context) => {
    const { fullName } = asked(context, place, 'read');
    const { from = '', to = '', straight } = context.req.query();
    const both = await Promise.all([from, to].map((ref) => repositories.commit(fullName, ref)));
    const [before, after] = both;
    if (!before || !after) throw notFound('Ref');
    if (straight !== 'true') throw new Error('a comparison with the merge base is not stood in for');
    const paths = await repositories.changed(fullName, before, after);
    const most = Math.min(MAX_DIFFS, state.treeLimit);
    const diffs = paths.slice(0, most).map((path) => ({ old_path: path, new_path: path, diff: '' }));
    return context.json({ commits: [], diffs, compare_timeout: paths.length > most });
  });

  app.get('/projects/:id/repository/tree', async (context) => {
    const { fullName } = asked(context, place, 'read');
    const { ref = 'HEAD', path = '', recursive, per_page = '20', page_token } = context.req.query();
    const all = (await treeOf(fullName, ref, true)) ?? [];
    const folder = path === '' ? ref : all.find((entry) => entry.type === 'tree' && entry.path === path)?.sha;
    const tree = folder && (await treeOf(fullName, folder, recursive === 'true'));
    if (!tree) throw notFound('Tree');
    const entries = tree.map(({ sha: id, mode, type, path: below }) => {
      const full = path === '' ? below : `${path}/${below}`;
      return { id, name: full.split('/').at(-1), type, path: full, mode };
    });
    // keyset pages: the token is the last entry that was given
    const start = page_token === undefined ? 0 : entries.findIndex((entry) => entry.path === page_token) + 1;
    const page = entries.slice(start, start + Number(per_page));
    const last = page.at(-1)?.path;
    if (last !== undefined && start + page.length < entries.length) {
      const next = new URL(context.req.url);
      next.searchParams.set('page_token', last);
      context.header('link', `<${next}>; rel="next"`);
    }
    return context.json(page);
  });

  app.get('/projects/:id/merge_requests/:iid', async (context) => {
    const { fullName } = asked(context, place, 'read');
    const request = state.pullRequest(fullName, Number(context.req.param('iid')));
    if (request === null) throw notFound('Merge request');
    return context.json(mergeRequestOf(place, request));
  });
}

/** A project as the API has it. */
async function projectOf(place: HostPlace, given: string) {
  const { id, private: isPrivate, archived, renamed_to } = place.state.facts(given);
  const branch = await place.repositories.defaultBranch(given);
  const path = renamed_to ?? given;
  return {
    id,
    path_with_namespace: path,
    http_url_to_repo: `${place.gitUrl}/${path}.git`,
    web_url: `${place.gitUrl}/${path}`,
    default_branch: branch ?? 'main',
    empty_repo: branch === null,
    visibility: isPrivate ? 'private' : 'public',
    archived,
  };
}

function mergeRequestOf(place: HostPlace, request: PullRequest) {
  const { state, repositories } = place;
  const source = repositories.exists(request.head_repository)
    ? state.facts(request.head_repository).id
    : null;
  return {
    id: 10_000 + request.number,
    iid: request.number,
    state: request.state === 'open' ? 'opened' : request.state,
    sha: request.head_sha,
    source_branch: request.head_branch,
    target_branch: request.base_branch,
    source_project_id: source,
    target_project_id: state.facts(request.full_name).id,
    title: request.title,
    labels: request.labels,
    updated_at: new Date(request.updated_at).toISOString(),
  };
}
