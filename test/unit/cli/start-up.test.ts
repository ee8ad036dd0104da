import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { ROOT } from '#local/root.ts';

/** What is in the command, and what of it every start loads: all that is not behind an `await import()`. */
const { metafile } = await build({
  entryPoints: ['cli/main.ts'],
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  metafile: true,
  write: false,
});

function loadedAtStart() {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    for (const { path, kind, external } of metafile.inputs[file]?.imports ?? []) {
      if (kind === 'dynamic-import') continue;
      if (external) packages.add(path);
      else visit(path);
    }
  };
  visit('cli/main.ts');
  return { files: [...files], packages: [...packages] };
}

describe('what every start loads', () => {
  const { files, packages } = loadedAtStart();

  it('are the declarations of the commands, and no schema, no service, no builder', () => {
    expect(packages.toSorted()).toEqual(['@commander-js/extra-typings', 'picocolors']);
    const places = new Set(files.map((file) => file.split('/').slice(0, 2).join('/')));
    expect([...places].filter((place) => !place.startsWith('cli/') && place !== 'package.json')).toEqual([]);
  });

  it('stays small', () => {
    const bytes = files.reduce((sum, file) => sum + (metafile.inputs[file]?.bytes ?? 0), 0);
    expect(bytes).toBeLessThan(150_000);
  });
});
