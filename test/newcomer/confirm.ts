import type { Browser } from 'playwright-core';
import { LOCAL_ADMIN } from '#local/seed.ts';

/** Confirms a sign-in as a person does: in a browser, on the pages of the service and of the Auth emulator. */
export async function confirmIn(browser: Browser, address: string): Promise<void> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(address);
    await page.getByRole('button', { name: 'Continue with Google' }).click();
    await page.getByLabel('e-mail address').fill(LOCAL_ADMIN);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('heading', { name: 'Approved' }).waitFor();
  } finally {
    await context.close();
  }
}
