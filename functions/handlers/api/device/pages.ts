import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { type DeviceGrant, shownCode } from '#core/device-grant.ts';
import type { Member } from '#core/member.ts';
import type { SignInProvider } from '#core/ports.ts';

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 32rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
h1 { font-size: 1.3rem; }
.code { font: 700 2rem ui-monospace, monospace; letter-spacing: 0.1em; }
input, select, button { font: inherit; padding: 0.5rem 0.8rem; margin: 0.3rem 0.3rem 0.3rem 0; }
input.code { width: 12ch; text-transform: uppercase; }
button { cursor: pointer; }
button.yes { background: #14532d; color: #fff; border: 1px solid #14532d; border-radius: 4px; }
dt { color: #666; font-size: 0.9rem; }
dd { margin: 0 0 0.6rem; overflow-wrap: anywhere; }
.warning { border-left: 4px solid #b45309; padding-left: 0.8rem; }
@media (prefers-color-scheme: dark) {
  body { background: #1b1b1b; color: #ddd; }
  a { color: #8ab4f8; }
  dt { color: #aaa; }
}`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** No script at all, nothing of another host, forms to ourselves alone, nobody's frame. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${STYLE_HASH}'`,
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** The providers, as people know them. */
const PROVIDERS: Readonly<Record<SignInProvider, string>> = {
  'google.com': 'Google',
  'github.com': 'GitHub',
};

type Html = ReturnType<typeof html>;

function page(title: string, content: Html, head: Html | '' = ''): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · BitFlow builds</title>
<style>${raw(STYLE)}</style>
${head}</head>
<body>
<h1>${title}</h1>
${content}
</body>
</html>`;
}

/** Where a person says which terminal it is about, and who they are. @param code that the address named; null: none. */
export function startPage({ code, form }: { code: string | null; form: string }): Html {
  const known = code === null ? '' : shownCode(code);
  return page(
    'Sign in a terminal',
    html`<form method="post" action="/device">
<input type="hidden" name="form" value="${form}">
<p><label for="code">The code that your terminal shows:</label><br>
<input class="code" id="code" name="code" value="${known}" placeholder="XXXX-XXXX" required maxlength="20" autocomplete="off" autocapitalize="characters" spellcheck="false"></p>
${known === '' ? '' : html`<p>Go on only if your own terminal shows this very code.</p>`}
<p>${Object.entries(PROVIDERS).map(
      ([id, name]) => html`<button name="provider" value="${id}">Continue with ${name}</button> `,
    )}</p>
</form>
<p class="warning">Did somebody send you this link, or a code? Then close this page: whoever has you confirm a code
gets to act as you.</p>`,
  );
}

/** On to the provider. Not a redirect of the form: \`form-action\` would hold for wherever the provider leads on to. */
export function leavingPage({ address, provider }: { address: string; provider: SignInProvider }): Html {
  const { href } = new URL(address);
  return page(
    `On to ${PROVIDERS[provider]}`,
    html`<p><a href="${href}">Continue to ${PROVIDERS[provider]}</a>, if your browser does not go there by itself.</p>`,
    html`<meta http-equiv="refresh" content="0; url=${href}">
`,
  );
}

export interface Asked {
  readonly grant: DeviceGrant;
  readonly email: string;
  readonly memberships: readonly Member[];
  readonly form: string;
  /** Whether this browser is on the network that the terminal asked from; null: nobody knows. */
  readonly sameNetwork: boolean | null;
  readonly now: number;
}

/** Who asks for what, and the two answers. */
export function questionPage({ grant, email, memberships, form, sameNetwork, now }: Asked): Html {
  const { id, client, from, created_at } = grant;
  const minutes = Math.floor((now - created_at) / 60_000);
  const ago = minutes < 1 ? 'just now' : minutes === 1 ? 'a minute ago' : `${minutes} minutes ago`;
  const network = { true: ', your network', false: ', not the network of this browser', null: '' }[
    `${sameNetwork}`
  ];
  return page(
    'Let this terminal act as you?',
    html`<p class="code">${shownCode(id)}</p>
<p>Compare this code with the one in your terminal. If you did not ask for it yourself, deny it.</p>
<dl>
<dt>It calls itself</dt><dd><q>${client}</q></dd>
<dt>It asked from</dt><dd>${from ?? 'an address that nobody told'}${network}</dd>
<dt>It asked</dt><dd>${ago} (${new Date(created_at).toISOString().slice(0, 16).replace('T', ' ')} UTC)</dd>
<dt>You are</dt><dd>${email}</dd>
</dl>
${sameNetwork === false ? html`<p class="warning">A terminal elsewhere is fine if it is one that you use yourself, over SSH or in the cloud.</p>` : ''}
<form method="post" action="/device/answer">
<input type="hidden" name="form" value="${form}">
<input type="hidden" name="code" value="${id}">
${teamField(memberships)}
<p>It will be able to do all that you may do in this team, for 90 days or until you sign out.</p>
<p><button class="yes" name="answer" value="approve">Approve</button>
<button name="answer" value="deny" formnovalidate>Deny</button></p>
</form>`,
  );
}

function teamField(memberships: readonly Member[]): Html {
  const [only, ...others] = memberships;
  if (only !== undefined && others.length === 0)
    return html`<p>For the team <strong>${only.team}</strong>, where you are ${only.role}.</p>
<input type="hidden" name="team" value="${only.team}">`;
  return html`<p><label for="team">For the team</label>
<select id="team" name="team" required>
<option value="">choose one</option>
${memberships.map(({ team, role }) => html`<option value="${team}">${team} (${role})</option>`)}
</select></p>`;
}

/** It is done. */
export function donePage({ state, client }: DeviceGrant): Html {
  if (state.status === 'denied')
    return page('Denied', html`<p>The terminal gets nothing. You can close this page.</p>`);
  return page(
    'Approved',
    html`<p><q>${client}</q> is signed in in a moment. You can close this page, and go back to the terminal.</p>
<p>It is among your API tokens from then on: <code>bitflow tokens list</code>.</p>`,
  );
}

/** Something is in the way. @param text what, and what to do. */
export function problemPage(title: string, text: string, startAgain = true): Html {
  return page(
    title,
    html`<p>${text}</p>
${startAgain ? html`<p><a href="/device">Start again</a></p>` : ''}`,
  );
}
