import { readFile } from 'node:fs/promises';
import type { Api } from '../context.ts';

/** What the reference page loads, with its type. `ops/bundle` puts these beside the bundle. */
export const ASSETS = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
} as const;

/** The renderer's files, from a folder of the function's upload; read when somebody asks. */
export function assetRoutes(api: Api, folder: URL): void {
  for (const [name, type] of Object.entries(ASSETS)) {
    api.get(`/docs/${name}`, async (context) => {
      const file = await readFile(new URL(name, folder));
      return context.body(new Uint8Array(file), 200, { 'content-type': type });
    });
  }
}
