import type { Hono } from 'hono';
import type { HostPlace } from '../stand-in.ts';
import { callerOf, notFound, Trouble } from './caller.ts';
import { asked, repositoryOf } from './place.ts';

const CONTENTS = ['contents', 'read'] as const;
/** Past this, the contents API gives no content (docs.github.com/en/rest/repos/contents). */
const MAX_CONTENT = 1024 * 1024;

const RIGHTS = {
  admin: { admin: true, push: true, pull: true },
  write: { admin: false, push: true, pull: true },
  read: { admin: false, push: false, pull: true },
};

/** What is in a repository, and the repository itself. */
export function contentsRoutes(app: Hono, place: HostPlace): void {
  const { repositories, state } = place;

  app.get('/repos/:owner/:repo', async (context) => {
    const { fullName } = await asked(context, place, 'read', ['metadata', 'read']);
    const caller = await callerOf(context, place);
    const permissions =
      caller.kind === 'user'
        ? RIGHTS[caller.right]
        : caller.kind === 'installation' && { admin: false, push: false, pull: false };
    return context.json({ ...(await repositoryOf(place, fullName)), ...(permissions && { permissions }) });
  });

  app.get('/repositories/:id{[0-9]+}', async (context) => {
    await callerOf(context, place);
    const name = state.nameOf(Number(context.req.param('id')));
    if (name === null) throw notFound();
    return context.json(await repositoryOf(place, name));
  });

  app.get('/repos/:owner/:repo/branches/:branch', async (context) => {
    const { fullName } = await asked(context, place, 'read', CONTENTS);
    const name = context.req.param('branch');
    const sha = await repositories.commit(fullName, `refs/heads/${name}`);
    if (sha === null) throw new Trouble(404, 'Branch not found');
    return context.json({ name, commit: { sha } });
  });

  app.get('/repos/:owner/:repo/contents/:path{.+}', async (context) => {
    const { fullName } = await asked(context, place, 'read', CONTENTS);
    const path = context.req.param('path');
    const revision = context.req.query('ref') ?? 'HEAD';
    const file = await repositories.file(fullName, revision, path);
    if (file === null) {
      const commit = await repositories.commit(fullName, revision);
      const folder = commit && (await repositories.tree(fullName, `${commit}:${path}`, false));
      if (!folder) throw notFound();
      return context.json({ type: 'dir', size: 0, path, entries: [] });
    }
    const small = file.length <= MAX_CONTENT;
    // GitHub breaks the lines of base64.
    const content = small ? file.toString('base64').replace(/.{60}/g, '$&\n') : '';
    return context.json({
      type: 'file',
      size: file.length,
      path,
      encoding: small ? 'base64' : 'none',
      content,
    });
  });

  app.get('/repos/:owner/:repo/git/commits/:sha', async (context) => {
    const { fullName } = await asked(context, place, 'read', CONTENTS);
    const sha = await repositories.commit(fullName, context.req.param('sha'));
    if (sha === null) throw notFound();
    return context.json({ sha, message: (await repositories.message(fullName, sha))?.trimEnd() });
  });

  app.get('/repos/:owner/:repo/git/trees/:sha', async (context) => {
    const { fullName } = await asked(context, place, 'read', CONTENTS);
    const sha = context.req.param('sha');
    const recursive = context.req.query('recursive') !== undefined;
    const tree = await repositories.tree(fullName, sha, recursive);
    if (tree === null) throw notFound();
    return context.json({
      sha,
      tree: tree.slice(0, state.treeLimit),
      truncated: tree.length > state.treeLimit,
    });
  });

  app.get('/repos/:owner/:repo/pulls/:number{[0-9]+}', async (context) => {
    const { fullName } = await asked(context, place, 'read', ['pull_requests', 'read']);
    const request = state.pullRequest(fullName, Number(context.req.param('number')));
    if (request === null) throw notFound();
    return context.json(await pullRequestOf(place, request));
  });
}

/** A pull request as the API and events have it. */
export async function pullRequestOf(place: HostPlace, request: HostPlace['state']['pullRequests'][number]) {
  const { number, title, state, labels, updated_at } = request;
  const head = place.repositories.exists(request.head_repository)
    ? await repositoryOf(place, request.head_repository)
    : null;
  return {
    number,
    title,
    state: state === 'open' ? 'open' : 'closed',
    merged: state === 'merged',
    labels: labels.map((name) => ({ name })),
    updated_at: new Date(updated_at).toISOString(),
    head: { sha: request.head_sha, ref: request.head_branch, repo: head },
    base: { ref: request.base_branch, repo: await repositoryOf(place, request.full_name) },
  };
}
