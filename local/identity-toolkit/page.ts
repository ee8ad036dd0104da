import { html } from 'hono/html';
import type { Provider } from './sign-ins.ts';

const page = (title: string, content: unknown): string =>
  String(html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title></head>
<body style="font: 16px/1.5 sans-serif; max-width: 30rem; margin: 3rem auto">
<h1 style="font-size: 1.2rem">${title}</h1>
${content}
</body>
</html>`);

/** Where a provider would ask who somebody is; this one believes them. */
export const chooseAccountPage = (provider: Provider, state: string): string =>
  page(
    `Who are you at ${provider}?`,
    html`<p>This stands in for ${provider} on one machine: it takes your word.</p>
<form method="post" action="/choose">
<input type="hidden" name="state" value="${state}">
<p><input type="email" name="email" value="admin@bitflow.local" aria-label="e-mail address" size="32" required></p>
<p><label><input type="checkbox" name="verified" checked> ${provider} has verified this address</label></p>
<button>Continue</button> <button name="email" value="" formnovalidate>Cancel</button>
</form>`,
  );

export const COMPLAINT = page('Nobody began this sign-in', '');
