import { Hono } from 'hono';
import type { HostPlace } from '../stand-in.ts';
import { fullNameIn, rightOf } from './access.ts';
import { apiRepository, PERSON, pullRequest } from './shapes.ts';

const COMMIT = /^[0-9a-f]{40}$/;

/** Repositories and what is in them; git answers. */
export function giteeRepositories(place: HostPlace): Hono {
  const { repositories, state } = place;
  const app = new Hono();

  app.get('/', async (context) => {
    const fullName = fullNameIn(context);
    const branch = await repositories.defaultBranch(fullName);
    const right = rightOf(place, context);
    return context.json({
      ...apiRepository(place, fullName),
      // an empty repository names one too
      default_branch: branch ?? 'master',
      empty_repo: branch === null,
      permission: { pull: true, push: right === 'admin' || right === 'write', admin: right === 'admin' },
    });
  });

  app.get('/branches/:branch', async (context) => {
    const name = context.req.param('branch');
    const sha = await repositories.commit(fullNameIn(context), `refs/heads/${name}`);
    return sha === null
      ? context.json({ message: '404 Branch Not Found' }, 404)
      : context.json({ name, commit: { sha }, protected: false });
  });

  app.get('/contents/:path{.+}', async (context) => {
    const fullName = fullNameIn(context);
    const path = context.req.param('path');
    const ref = context.req.query('ref') ?? 'HEAD';
    const content = await repositories.file(fullName, ref, path);
    // of what is not there, as of a folder, the answer is a list
    if (content === null) return context.json([]);
    return context.json({
      type: 'file',
      encoding: 'base64',
      size: content.length,
      name: path.split('/').at(-1),
      path,
      content: content.toString('base64'),
    });
  });

  app.get('/commits', async (context) => {
    const fullName = fullNameIn(context);
    const sha = await repositories.commit(fullName, context.req.query('sha') ?? 'HEAD');
    if (sha === null) return context.json({ message: '404 Commit Not Found' }, 404);
    const message = await repositories.message(fullName, sha);
    return context.json([{ sha, commit: { message: message?.trimEnd(), author: PERSON }, author: PERSON }]);
  });

  app.get('/git/trees/:sha', async (context) => {
    const fullName = fullNameIn(context);
    const sha = context.req.param('sha');
    const recursive = context.req.query('recursive') === '1';
    const entries = COMMIT.test(sha) ? await repositories.tree(fullName, sha, recursive) : null;
    if (entries === null) return context.json({ message: '404 Tree Not Found' }, 404);
    return context.json({
      sha,
      tree: entries.slice(0, state.treeLimit),
      truncated: entries.length > state.treeLimit,
    });
  });

  app.get('/pulls/:number', (context) => {
    const request = state.pullRequest(fullNameIn(context), Number(context.req.param('number')));
    return request === null
      ? context.json({ message: '404 Pull Request Not Found' }, 404)
      : context.json(pullRequest(place, request, (name) => apiRepository(place, name)));
  });
  return app;
}
