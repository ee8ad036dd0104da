import { Hono } from 'hono';
import { Moved, Trouble } from './gitlab/caller.ts';
import { contentsRoutes } from './gitlab/contents.ts';
import { outgoing } from './gitlab/events.ts';
import { hookRoutes } from './gitlab/hooks.ts';
import { statusRoutes } from './gitlab/statuses.ts';
import type { HostPlace, StandIn } from './stand-in.ts';

/** A stand-in for GitLab's API, as it is since 19.0. */
export const gitlabStandIn: StandIn = standIn({ signs: true });

/** One of before 19.0, whose webhooks have no signing token. */
export const earlierGitlabStandIn: StandIn = standIn({ signs: false });

function standIn({ signs }: { signs: boolean }): StandIn {
  return {
    platform: 'gitlab',
    apiPath: '/api/v4',
    app: (place) => new Hono().route('/api/v4', apiOf(place, signs)),
    outgoing,
  };
}

function apiOf(place: HostPlace, signs: boolean): Hono {
  const app = new Hono();
  app.onError((error, context) => {
    if (error instanceof Moved) {
      const location = `${place.address}/api/v4/projects/${error.id}`;
      return context.json({ message: 'This resource has been moved permanently' }, 301, { location });
    }
    if (error instanceof Trouble) return context.json({ message: error.message }, error.status);
    return context.json({ message: `the stand-in failed: ${error}` }, 500);
  });
  app.notFound((context) => context.json({ error: '404 Not Found' }, 404));
  contentsRoutes(app, place);
  hookRoutes(app, place, signs);
  statusRoutes(app, place);
  return app;
}
