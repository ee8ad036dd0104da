import { type Browser, chromium } from 'playwright-core';
import { onPath } from '#local/setup/version.mjs';

/** What makes Debian's Chromium start as root in a container, and ask nobody anything by itself. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--no-proxy-server',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A real browser: Chromium, as the set-up provides it. */
export async function startBrowser(): Promise<Browser> {
  const found = await onPath('chromium', {});
  if (!found) throw new Error('there is no chromium on the PATH: run npm run setup');
  return chromium.launch({ executablePath: found.path, args: FLAGS });
}
