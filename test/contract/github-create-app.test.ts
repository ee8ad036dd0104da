import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { github } from '#adapters/git-hosts/github/index.ts';
import { Secret } from '#core/secret.ts';
import { githubStandIn } from '#local/git-hosts/github.ts';
import { type LocalHost, startHost } from '#local/git-hosts/host.ts';
import { Repositories } from '#local/git-hosts/repositories.ts';
import { freeAddresses } from '#local/ports.ts';
import { startBrowser } from '#test/support/browser.ts';
import { runCli } from '#test/support/cli/in-process.ts';

const HOOKS = 'https://hooks.example.com';
const Opened = z.object({ event: z.literal('open'), url: z.url() });
const Created = z.object({
  event: z.literal('created'),
  app_id: z.string(),
  install_url: z.url(),
  private_key_file: z.string(),
  webhook_secret_file: z.string(),
});

let dir: string;
let host: LocalHost;
let browser: Browser;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'bitflow-create-app-'));
  execFileSync('git', ['init', '--quiet', '--bare', join(dir, 'acme/shop.git')]);
  const [address = ''] = await freeAddresses(1);
  host = await startHost(githubStandIn, {
    address,
    gitUrl: 'http://git.test',
    repositories: new Repositories('git', dir),
    token: 'admin-token',
    delivers: false,
    installationHook: null,
  });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await host?.close();
  rmSync(dir, { recursive: true });
});

/** Starts the command; `start` has the page that it wants to have opened. */
function createApp(args: readonly string[] = [], signal = new AbortController().signal) {
  let opened: (url: string) => void = () => undefined;
  const start = new Promise<string>((resolve) => {
    opened = resolve;
  });
  const command = ['github', 'create-app'];
  const argv = [...command, '--webhooks-url', HOOKS, '--host', host.apiUrl, '--folder', dir, '--json'];
  const onStdout = (text: string) => {
    const [line = ''] = text.split('\n');
    if (text.includes('\n')) opened(Opened.parse(JSON.parse(line)).url);
  };
  return { start, ended: runCli([...argv, ...args], { cwd: dir, onStdout, signal }) };
}

it('makes an App with the least permissions, that works, and keeps its key to its user', async () => {
  const { start, ended } = createApp(['--organization', 'acme', '--name', 'acme-builds']);
  const page = await browser.newPage();
  await page.goto(await start);
  await page.getByRole('link', { name: 'Create GitHub App' }).click();
  await page.getByText('You can close this page').waitFor();
  await page.close();
  const { code, stdout, stderr } = await ended;
  expect([code, stderr]).toEqual([0, '']);
  const created = Created.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  const app = host.state.apps.get(Number(created.app_id));
  expect(app).toMatchObject({
    slug: 'acme-builds',
    hookUrl: `${HOOKS}/v1/webhooks/github/events`,
    permissions: { checks: 'write', contents: 'read', metadata: 'read', pull_requests: 'read' },
  });
  for (const file of [created.private_key_file, created.webhook_secret_file])
    expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(stdout).not.toContain('PRIVATE KEY');
  expect(stdout).not.toContain(readFileSync(created.webhook_secret_file, 'utf8'));
  const privateKey = new Secret(readFileSync(created.private_key_file, 'utf8'));
  const adapter = github({
    url: 'http://git.test',
    apiUrl: host.apiUrl,
    token: null,
    app: { id: created.app_id, privateKey },
  });
  const access = {
    full_name: 'acme/shop',
    clone_url: 'http://git.test/acme/shop.git',
    token: null,
    installation: true,
  };
  expect(await adapter.look(access)).toMatchObject({ full_name: 'acme/shop', may: 'write' });
});

it('takes no code without its state, and no other page’s word', async () => {
  const stop = new AbortController();
  const { start, ended } = createApp([], stop.signal);
  const url = new URL(await start);
  const state = /settings\/apps\/new\?state=([0-9a-f]{64})/.exec(await (await fetch(url)).text())?.[1] ?? '';
  expect(state).not.toBe('');
  const statusOf = async (path: string) => (await fetch(new URL(path, url))).status;
  expect(await statusOf('/')).toBe(404);
  expect(await statusOf('/callback?code=stolen')).toBe(404);
  expect(await statusOf(`/callback?code=stolen&state=${'0'.repeat(64)}`)).toBe(404);
  expect(await statusOf(`/callback?state=${state}`)).toBe(404);
  const { status } = await fetch(new URL(`http://localhost:${url.port}${url.pathname}`)).catch(() => ({
    status: 0,
  }));
  expect(status).not.toBe(200);
  stop.abort();
  expect((await ended).code).toBe(130);
});

it('says that GitHub did not take the code', async () => {
  const { start, ended } = createApp();
  const url = new URL(await start);
  const state = /state=([0-9a-f]{64})/.exec(await (await fetch(url)).text())?.[1] ?? '';
  expect((await fetch(new URL(`/callback?code=used&state=${state}`, url))).status).toBe(200);
  const { code, stderr } = await ended;
  expect(code).toBe(1);
  expect(JSON.parse(stderr).error.message).toBe('GitHub did not give the App for its code (404)');
});

it.each([
  [['--host', 'http://git.example.com'], /--host must begin with https/],
  [['--webhooks-url', 'https://hooks.example.com/path'], /--webhooks-url must be a host alone/],
  [['--name', 'x'.repeat(35)], /the name is too long/],
  [['--folder', 'nowhere'], /there is no folder/],
])('refuses %j', async (args, message) => {
  const { code, stderr } = await createApp(args).ended;
  expect(code).toBe(2);
  expect(JSON.parse(stderr).error.message).toMatch(message);
});
