import { Hono } from 'hono';
import { appRoutes } from './github/apps.ts';
import { Trouble } from './github/caller.ts';
import { contentsRoutes } from './github/contents.ts';
import { outgoing } from './github/events.ts';
import { hookRoutes } from './github/hooks.ts';
import { manifestRoutes } from './github/manifest.ts';
import { Renamed } from './github/place.ts';
import { reportRoutes } from './github/reports.ts';
import type { HostPlace, StandIn } from './stand-in.ts';

/** A stand-in for GitHub's API, at the paths of github.com and of an Enterprise Server. */
export const githubStandIn: StandIn = {
  platform: 'github',
  apiPath: '',
  app: (place) => {
    const api = apiOf(place);
    return new Hono().route('/api/v3', api).route('/', api);
  },
  outgoing,
};

function apiOf(place: HostPlace): Hono {
  const app = new Hono();
  app.onError((error, context) => {
    if (error instanceof Renamed) {
      const url = `${place.address}/repositories/${error.id}`;
      return context.json({ message: error.message, url }, 301, { location: url });
    }
    if (error instanceof Trouble) return context.json({ message: error.message }, error.status);
    return context.json({ message: `the stand-in failed: ${error}` }, 500);
  });
  app.notFound((context) => context.json({ message: 'Not Found' }, 404));
  appRoutes(app, place);
  contentsRoutes(app, place);
  hookRoutes(app, place);
  reportRoutes(app, place);
  manifestRoutes(app, place);
  return app;
}
