import { Hono } from 'hono';
import { giteeAccess } from './gitee/access.ts';
import { giteeHooks } from './gitee/hooks.ts';
import { giteeReports } from './gitee/reports.ts';
import { giteeRepositories } from './gitee/repositories.ts';
import { giteeOutgoing } from './gitee/webhooks.ts';
import type { StandIn } from './stand-in.ts';

/** A stand-in for Gitee's API v5 (gitee.com/api/v5/swagger), as far as `functions/adapters/git-hosts/gitee` asks it. */
export const giteeStandIn: StandIn = {
  platform: 'gitee',
  apiPath: '/api/v5',
  app: (place) => {
    const app = new Hono();
    app.use('/api/v5/repos/:owner/:repo/*', giteeAccess(place));
    app.use('/api/v5/repos/:owner/:repo', giteeAccess(place));
    for (const routes of [giteeRepositories, giteeHooks, giteeReports])
      app.route('/api/v5/repos/:owner/:repo', routes(place));
    app.notFound((context) => context.json({ message: '404 Not Found' }, 404));
    return app;
  },
  outgoing: giteeOutgoing,
};
