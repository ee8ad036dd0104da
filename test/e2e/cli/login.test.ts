import { chmod, mkdir, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { LOCAL_ADMIN, LOCAL_TEAM } from '#local/seed.ts';
import { startBrowser } from '#test/support/browser.ts';
import { inPipe, inTerminal } from '#test/support/cli/installed.ts';

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
    const { tokens } = Credentials.parse(JSON.parse(await readFile(credentials, 'utf8')));
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

/** A person says who they are, as far as the page with the question. */
async function identify(page: Page, address: string, email: string, provider = 'Google', verified = true) {
  await page.goto(address);
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
    expect(said).toContain(`admin of the team ${LOCAL_TEAM}, for 90 days`);
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
    expect(who.stdout).toContain(`from ${credentials}, for 90 days`);
  });
});
