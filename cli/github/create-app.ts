import { randomBytes } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { openBrowser } from '../account/browser.ts';
import { waitingFor } from '../account/waiting.ts';
import type { Cli } from '../kit/cli.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import { writePrivate } from '../kit/private-file.ts';
import { serviceUrl } from '../kit/service-url.ts';
import { clean } from '../kit/text.ts';
import { escaped, startLoopback } from './loopback.ts';
import { apiOf, manifestOf, registrationUrl } from './manifest.ts';

export interface CreateAppOptions {
  readonly webhooksUrl: string;
  readonly name?: string | undefined;
  readonly organization?: string | undefined;
  readonly host: string;
  readonly public?: boolean | undefined;
  readonly folder: string;
  /** False with `--no-browser`. */
  readonly browser: boolean;
}

/** What GitHub gives for a code. Source: docs.github.com/en/rest/apps/apps#create-a-github-app-from-a-manifest */
const Created = z.object({
  id: z.int().positive(),
  slug: z.string().regex(/^[a-z0-9-]{1,64}$/),
  html_url: z.url({ protocol: /^https?$/ }),
  pem: z.string().min(1),
  webhook_secret: z.string().min(1),
});
type Created = z.infer<typeof Created>;

/** How long GitHub may take to answer (ms). */
const ANSWER_MS = 30_000;

/** `bitflow github create-app`. */
export async function createApp(cli: Cli, options: CreateAppOptions): Promise<void> {
  const { screen, around, signal } = cli;
  const host = address('--host', options.host);
  const webhooksUrl = address('--webhooks-url', options.webhooksUrl);
  const folder = resolve(around.cwd, options.folder);
  await demandFolder(folder);
  const name = options.name ?? `bitflow-${randomBytes(3).toString('hex')}`;
  if (name.length > 34)
    throw new CliError(EXIT.usage, 'the name is too long', 'GitHub takes 34 characters at most.');
  const loopback = await startLoopback((redirectUrl, state, nonce) => {
    const manifest = manifestOf({ name, webhooksUrl, isPublic: options.public ?? false, redirectUrl });
    return page(registrationUrl(host, options.organization, state), JSON.stringify(manifest), nonce);
  }, signal);
  try {
    if (screen.json) screen.record({ event: 'open', url: loopback.startUrl });
    else
      screen.warn(
        `Open this page, and confirm the App at GitHub: ${screen.paint.underline(loopback.startUrl)}`,
      );
    if (options.browser && !screen.json) await openBrowser(loopback.startUrl, around);
    const waiting = waitingFor(cli, 'Waiting for you to confirm');
    const code = await loopback.code.finally(() => waiting.end());
    await keep(cli, folder, await converted(cli, apiOf(host), code));
  } finally {
    loopback.close();
  }
}

function address(option: string, given: string): string {
  const { url, problem } = serviceUrl(given);
  if (url !== null) return url;
  throw new CliError(EXIT.usage, `${option} ${problem}`, 'Give an address like https://hooks.example.com');
}

async function demandFolder(folder: string): Promise<void> {
  await access(folder).catch((cause: unknown) => {
    throw new CliError(EXIT.usage, `there is no folder ${folder}`, 'Make it, or name another: --folder', {
      cause,
    });
  });
}

/** The page that hands the manifest over: GitHub takes it from a form alone. */
function page(action: string, manifest: string, nonce: string): string {
  return `<!doctype html><meta charset="utf-8"><title>Create the GitHub App</title>
<h1>Create the GitHub App</h1>
<form method="post" action="${escaped(action)}">
<input type="hidden" name="manifest" value="${escaped(manifest)}">
<button>Go on at GitHub</button>
</form>
<script nonce="${nonce}">document.forms[0].submit()</script>`;
}

/** Gives the code for the App: it is good once, and for an hour. */
async function converted({ signal }: Cli, api: string, code: string): Promise<Created> {
  const next = 'Start anew: bitflow github create-app. An App that GitHub already made can be deleted there.';
  const url = `${api}/app-manifests/${encodeURIComponent(code)}/conversions`;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
  const headers = { accept: 'application/vnd.github+json', 'user-agent': 'bitflow' };
  const answer = await fetch(url, { method: 'POST', headers, signal: limit, redirect: 'error' }).catch(
    (cause: unknown) => {
      throw new CliError(EXIT.unreachable, `GitHub cannot be reached at ${api}`, next, { cause });
    },
  );
  if (!answer.ok) {
    const what = `GitHub did not give the App for its code (${answer.status})`;
    throw new CliError(answer.status >= 500 ? EXIT.unreachable : EXIT.failed, what, next);
  }
  const created = Created.safeParse(await answer.json().catch(() => null));
  if (created.success) return created.data;
  const what = 'GitHub’s answer is not of the shape that it documents';
  throw new CliError(EXIT.failed, what, next, { cause: created.error });
}

/** The key and the secret go into files of their own, and nowhere else: GitHub does not show them again. */
async function keep({ screen }: Cli, folder: string, { id, slug, html_url, pem, webhook_secret }: Created) {
  const key = join(folder, `${slug}.private-key.pem`);
  const secret = join(folder, `${slug}.webhook-secret`);
  await writePrivate(key, pem);
  await writePrivate(secret, webhook_secret);
  const install = `${html_url}/installations/new`;
  if (screen.json) {
    const files = { private_key_file: key, webhook_secret_file: secret };
    screen.record({ event: 'created', app_id: String(id), html_url, install_url: install, ...files });
    return;
  }
  screen.line(`The GitHub App ${clean(slug)} is made: ${clean(html_url)}`);
  screen.line();
  screen.line('Give the installation these, and start its functions anew:');
  screen.line(`  GITHUB_APP_ID           ${id}`);
  screen.line(`  GITHUB_APP_PRIVATE_KEY  what is in ${key}`);
  screen.line(`  GITHUB_WEBHOOK_SECRETS  what is in ${secret}`);
  screen.note(`Then install it on repositories: ${clean(install)}`);
  screen.note('Keep both files where only you can read them, or delete them once the installation has them.');
}
