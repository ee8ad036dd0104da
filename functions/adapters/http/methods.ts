import type { Router } from 'hono/router';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** As much as is needed of what hono keeps of a route. */
interface Route {
  readonly method: string;
  readonly path: string;
}

/**
 * The methods that there are at a path; a GET answers HEAD too. Middleware, which takes all methods, is no route. Of
 * `/builds/plan` and `/builds/:id`, which both match, only the one that fits best has a say.
 */
export function methodsAt(router: Router<[unknown, Route]>, path: string): string[] {
  const routes = METHODS.flatMap((method) => router.match(method, path)[0].map(([[, route]]) => route));
  const taken = routes.filter(({ method }) => method !== 'ALL');
  const least = Math.min(...taken.map(variables));
  const best = new Set(taken.filter((route) => variables(route) === least).map(({ method }) => method));
  const methods = METHODS.filter((method) => best.has(method));
  return methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
}

/** How many parts of a route's path stand for anything. */
const variables = ({ path }: Route): number => path.split('/').filter((part) => /^[:*]/.test(part)).length;
