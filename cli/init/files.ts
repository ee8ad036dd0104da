import { fileURLToPath } from 'node:url';
import { readTemplates } from './read-templates.mjs';

/**
 * The files of each template, by path. In the bundled command this module is replaced by one that has them in it
 * (local/cli-bundle.mjs).
 */
export const FILES: Readonly<Record<string, Readonly<Record<string, string>>>> = readTemplates(
  fileURLToPath(new URL('../templates', import.meta.url)),
);
