#!/usr/bin/env node
// `npx bitflow` in a checkout: plain Node 20, since nothing may be installed yet. The package has the bundle itself.
import { pathToFileURL } from 'node:url';
import { freshBundle } from '../local/cli-bundle.mjs';

/** What is being installed must not outlive us: its processes are ended when this one exits. */
const stop = () => process.exit(130);
const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

for (const signal of signals) process.on(signal, stop);
const bundle = await freshBundle().catch((error) => {
  console.error(`error  ${error.message}`);
  if (error.command) console.error(`next   ${error.command}`);
  process.exit(1);
});
for (const signal of signals) process.off(signal, stop);

await import(pathToFileURL(bundle).href);
