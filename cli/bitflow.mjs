#!/usr/bin/env node
// `npx bitflow` in a checkout: plain Node 20, since nothing may be installed yet. The package has the bundle itself.
import { pathToFileURL } from 'node:url';
import { freshBundle } from '../local/cli-bundle.mjs';

await import(pathToFileURL(await freshBundle()).href);
