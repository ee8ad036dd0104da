import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { ERROR_CODES } from '#core/error-codes.ts';

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
code { font: 0.9em ui-monospace, monospace; background: #f2f2f2; padding: 0.1em 0.3em; border-radius: 3px; }
h2 { margin-top: 2rem; font-size: 1.1rem; }
:target { background: #fff4c2; }
@media (prefers-color-scheme: dark) {
  body { background: #1b1b1b; color: #ddd; }
  a { color: #8ab4f8; }
  code { background: #333; }
  :target { background: #4a431c; }
}`;

const STYLE_HASH = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

/** Nothing of another host, nothing inline but our one style, nobody's frame. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'self' ${STYLE_HASH}`,
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The reference: Swagger UI on the document that is served beside it. */
export const REFERENCE_PAGE = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>BitFlow builds: the API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="reference"></div>
<noscript>This page is made by a script from <a href="/openapi.json">the OpenAPI document</a>.</noscript>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/reference.js"></script>
</body>
</html>`;

/** Starts Swagger UI. It keeps no token, and sends nothing about the document anywhere. */
export const REFERENCE_SCRIPT = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelExpandDepth: 3,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  persistAuthorization: false,
  validatorUrl: null,
});
`;

/** Every code that an error may have; \`type\` of a problem document points here. */
export const ERRORS_PAGE = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>BitFlow builds: errors of the API</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<h1>Errors of the API</h1>
<p>Every error is a problem document (RFC 9457), <code>application/problem+json</code>. Its <code>code</code> is one
of these, and its <code>type</code> the address of the paragraph here. <a href="/docs">The whole reference</a></p>
${Object.entries(ERROR_CODES).map(
  ([code, { status, title, help }]) => html`
<h2 id="${code}"><code>${code}</code> · ${status} ${title}</h2>
<p>${raw(codeMarks(help))}</p>`,
)}
</body>
</html>`;

/** Words between backticks as code. The texts are our own, without `<` or `&`. */
function codeMarks(text: string): string {
  return text.replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}
