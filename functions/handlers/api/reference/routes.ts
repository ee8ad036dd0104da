import { etag } from 'hono/etag';
import type { Api } from '../context.ts';
import { openApiDocument } from './document.ts';
import { CONTENT_SECURITY_POLICY, ERRORS_PAGE, REFERENCE_PAGE, REFERENCE_SCRIPT } from './pages.ts';

/** How long a browser may go without asking whether a page changed (s). */
const FRESH_S = 300;

/**
 * The document and its pages, for everybody. To be called when all other routes are there: the document is made
 * of them, once, when somebody asks first.
 */
export function referenceRoutes(api: Api): void {
  let document: string | null = null;
  for (const path of ['/openapi.json', '/docs', '/docs/*']) {
    api.use(path, etag(), async (context, next) => {
      await next();
      if (context.res.ok) context.header('cache-control', `public, max-age=${FRESH_S}`);
      context.header('content-security-policy', CONTENT_SECURITY_POLICY);
      context.header('x-content-type-options', 'nosniff');
      context.header('referrer-policy', 'no-referrer');
    });
  }
  api.get('/openapi.json', (context) => {
    document ??= JSON.stringify(openApiDocument(api));
    return context.body(document, 200, { 'content-type': 'application/json' });
  });
  api.get('/docs', (context) => context.html(REFERENCE_PAGE));
  api.get('/docs/errors', (context) => context.html(ERRORS_PAGE));
  api.get('/docs/reference.js', (context) =>
    context.body(REFERENCE_SCRIPT, 200, { 'content-type': 'text/javascript; charset=utf-8' }),
  );
}
