import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { shownCode } from '#core/device-grant.ts';
import { StackClient } from '#local/client.ts';
import { LOCAL_ADMIN, LOCAL_TEAM } from '#local/seed.ts';
import { startBrowser } from '#test/support/browser.ts';
import { inPipe, inTerminal } from '#test/support/cli/installed.ts';
import { allDocuments } from '#test/support/places.ts';

const info = inject('stack');
let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

/** Somebody with a home of their own, and a browser that only notes what it is to open. */
async function somebody() {
  const home = await mkdtemp(join(inject('temporary'), 'home-'));
  const bin = join(home, 'bin');
  const opened = join(home, 'opened');
  await mkdir(bin);
  await writeFile(join(bin, 'xdg-open'), `#!/bin/sh\nprintf '%s' "$1" > ${opened}\n`);
  await chmod(join(bin, 'xdg-open'), 0o755);
  const env = { HOME: home, PATH: `${bin}:${process.env.PATH}`, BITFLOW_URL: info.api };
  const credentials = join(home, '.config/bitflow/credentials.json');
  const token = async () => {
    const text = await readFile(credentials, 'utf8').catch(() => '{"tokens":{}}');
    const { tokens } = Credentials.parse(JSON.parse(text));
    return tokens[info.api]?.token ?? null;
  };
  return { home, env, credentials, token, opened: () => readFile(opened, 'utf8') };
}
const Credentials = z.object({ tokens: z.record(z.string(), z.object({ token: z.string() })) });

/** A browser window without a past. */
async function aWindow(): Promise<Page> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  return page;
}

/** A person says who they are: what comes then is the question. */
async function identify(
  page: Page,
  address: string,
  email: string,
  {
    code,
    provider = 'Google',
    verified = true,
  }: { code?: string; provider?: string; verified?: boolean } = {},
) {
  await page.goto(address);
  if (code !== undefined) await page.getByLabel('The code').fill(code);
  await page.getByRole('button', { name: `Continue with ${provider}` }).click();
  await page.getByLabel('e-mail address').fill(email);
  if (!verified) await page.getByLabel('has verified').uncheck();
  await page.getByRole('button', { name: 'Continue' }).click();
}

describe('bitflow login', () => {
  it('lets a terminal in that a person confirms in a browser', async () => {
    const { env, credentials, token, opened, home } = await somebody();
    const { BITFLOW_URL: _, ...without } = env;
    const terminal = await inTerminal(['login', '--url', info.api], { env: without });
    const asked = await terminal.until(/Your code: [A-Z]{4}-[A-Z]{4}/);
    const code = /[A-Z]{4}-[A-Z]{4}/.exec(asked)?.[0] ?? '';
    await terminal.until('Waiting for you to confirm');
    await expect.poll(opened).toBe(`${info.api}/device?code=${code}`);

    const page = await aWindow();
    await identify(page, await opened(), LOCAL_ADMIN);
    await page.getByRole('heading', { name: 'Let this terminal act as you?' }).waitFor();
    const question = await page.locator('body').textContent();
    for (const said of [code, `bitflow on ${hostname()}`, LOCAL_ADMIN, LOCAL_TEAM, '127.0.0.1', 'just now'])
      expect(question).toContain(said);
    expect(page.url()).toBe(`${info.api}/device/answer`);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('heading', { name: 'Approved' }).waitFor();

    expect(await terminal.ended).toBe(0);
    const said = await terminal.screen();
    expect(said).toContain(`Signed in to ${info.api} as ${LOCAL_ADMIN}`);
    // In its first second it has ninety days.
    expect(said).toMatch(/admin of the team local; the token ends in (?:89|90)d/);
    const secret = (await token()) ?? '';
    expect(secret).toMatch(/^bft_/);
    for (const shown of [terminal.raw(), await page.content()]) {
      expect(shown).not.toContain(secret);
      expect(shown).not.toContain('bfd_');
    }
    expect((await stat(credentials)).mode & 0o777).toBe(0o600);
    expect((await stat(join(home, '.config/bitflow'))).mode & 0o777).toBe(0o700);

    // The address was kept with it.
    const who = await inPipe(['whoami'], { env: without });
    expect(who.stdout).toContain(`${LOCAL_ADMIN} at ${info.api}\nadmin of the team ${LOCAL_TEAM}\n`);
    expect(who.stdout).toMatch(new RegExp(`API token t-\\w+, from ${credentials}, ends 20.*Z\n$`));
  });

  it('ends with 3 where the person denies it, and says so as JSON', async () => {
    const { env, token } = await somebody();
    const running = inPipe(['login', '--json'], { env });
    const code = await waitingCode();
    const page = await aWindow();
    await identify(page, `${info.api}/device`, LOCAL_ADMIN, { code: code.toLowerCase() });
    await page.getByRole('button', { name: 'Deny' }).click();
    await page.getByRole('heading', { name: 'Denied' }).waitFor();
    const said = await running;
    expect(said.code).toBe(3);
    const [asked, ...more] = said.stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(asked).toMatchObject({ event: 'code', user_code: code });
    expect(more).toEqual([]);
    expect(JSON.parse(said.stderr)).toMatchObject({ error: { code: 'access_denied', exit_code: 3 } });
    expect(await token()).toBeNull();
  });

  it('is for one team of several, by an address that GitHub does not vouch for, once its mail was answered', async () => {
    const email = `eve-${randomBytes(4).toString('hex')}@bitflow.local`;
    const client = new StackClient(info);
    const made = `team-${randomBytes(4).toString('hex')}`;
    await client.request('POST', '/v1/teams', { id: made, name: 'Rockets', admin: email });
    await client.request('PUT', `/v1/teams/${LOCAL_TEAM}/members/${email}`, { role: 'viewer' });
    const { env, token } = await somebody();
    const terminal = await inTerminal(['login', '--no-browser'], { env, columns: 120 });
    const [code = ''] = /[A-Z]{4}-[A-Z]{4}/.exec(await terminal.until('Waiting for you')) ?? [];
    const page = await aWindow();
    await identify(page, `${info.api}/device?code=${code}`, email, { provider: 'GitHub', verified: false });
    await page.getByRole('heading', { name: 'Confirm your address first' }).waitFor();
    await page.goto(await mailTo(email));
    await identify(page, `${info.api}/device?code=${code}`, email, { provider: 'GitHub', verified: false });
    // No team is chosen for them.
    const team = page.getByLabel('For the team');
    expect(await team.inputValue()).toBe('');
    await page.getByRole('button', { name: 'Approve' }).click();
    expect(page.url()).toBe(`${info.api}/device/answer`);
    await team.selectOption(LOCAL_TEAM);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('heading', { name: 'Approved' }).waitFor();
    expect(await terminal.ended).toBe(0);
    expect(await terminal.screen()).toContain(`viewer of the team ${LOCAL_TEAM}`);
    expect(await token()).toMatch(/^bft_/);
  });

  it('ends with 130 at Ctrl-C, and keeps nothing', async () => {
    const { env, token } = await somebody();
    const terminal = await inTerminal(['login', '--no-browser'], { env });
    await terminal.until('Waiting for you to confirm');
    terminal.type('\x03');
    expect(await terminal.ended).toBe(130);
    expect(await terminal.screen()).toContain('Interrupted: nothing was kept');
    expect(await token()).toBeNull();
  });
});

describe('a token from standard input', () => {
  it('is kept unseen, from a pipe or typed; logout revokes it', async () => {
    for (const typed of [false, true]) {
      const client = new StackClient(info);
      const { body } = await client.request('POST', '/v1/tokens', { name: 'by hand', role: 'viewer' });
      const { token: given, id } = z.object({ token: z.string(), id: z.string() }).parse(body);
      const { env, token } = await somebody();
      let shown = '';
      if (typed) {
        const terminal = await inTerminal(['login', '--with-token'], { env });
        await terminal.until('not shown');
        terminal.type(`${given}\r`);
        expect(await terminal.ended).toBe(0);
        shown = terminal.raw();
      } else {
        const said = await inPipe(['login', '--with-token'], { env, stdin: `${given}\n` });
        expect(said.code).toBe(0);
        shown = said.stdout + said.stderr;
      }
      expect(shown).toContain(`Signed in to ${info.api}`);
      expect(shown).not.toContain(given);
      expect(await token()).toBe(given);

      const out = await inPipe(['logout'], { env });
      expect(out).toMatchObject({
        code: 0,
        stdout: `Signed out of ${info.api}: the token ${id} is revoked\n`,
      });
      expect(await token()).toBeNull();
      const after = await inPipe(['whoami'], { env: { ...env, BITFLOW_TOKEN: given } });
      expect(after.code).toBe(3);
    }
  });
});

/** The code of the terminal that asked last: one in a pipe tells it only at its end. */
async function waitingCode(): Promise<string> {
  const newest = async () => {
    const all = (await allDocuments(info)).filter(({ path }) => path.startsWith('device_grants/'));
    return all.map(({ data }) => Grant.parse(data)).find(({ state }) => state.status === 'pending')?.id;
  };
  await expect.poll(newest).toBeDefined();
  return shownCode((await newest()) ?? '');
}
const Grant = z.looseObject({ id: z.string(), state: z.object({ status: z.string() }) });

/** The link of the last mail to an address: the emulator sends none, and keeps them. */
async function mailTo(address: string): Promise<string> {
  const { authEmulatorHost, projectId } = info;
  const kept = await fetch(`http://${authEmulatorHost}/emulator/v1/projects/${projectId}/oobCodes`);
  const { oobCodes } = Mails.parse(await kept.json());
  return oobCodes.findLast(({ email }) => email === address)?.oobLink ?? '';
}
const Mails = z.object({ oobCodes: z.array(z.object({ email: z.string(), oobLink: z.string() })) });
