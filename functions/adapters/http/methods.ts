import type { Router } from 'hono/router';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** The methods that some route takes at a path; a GET answers HEAD too. Middleware, which takes all, is no route. */
export function methodsAt(router: Router<[unknown, { readonly method: string }]>, path: string): string[] {
  const taken = METHODS.filter((method) =>
    router.match(method, path)[0].some(([[, route]]) => route.method !== 'ALL'),
  );
  return taken.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
}
