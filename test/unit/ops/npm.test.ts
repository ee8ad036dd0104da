import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ROOT } from '#local/root.ts';
import { cut, FRAMEWORK, npmFilesOf } from '#ops/bundle/npm.ts';

const Manifest = z.object({
  version: z.string().optional(),
  dependencies: z.record(z.string(), z.string()).default({}),
});
const Lock = z.object({
  packages: z.record(
    z.string(),
    z.looseObject({ version: z.string().optional(), integrity: z.string().optional() }),
  ),
});
const read = async (path: string): Promise<unknown> => JSON.parse(await readFile(join(ROOT, path), 'utf8'));

describe('what npm installs of a function', async () => {
  const { manifest, lock } = (await npmFilesOf(ROOT))('webhooks');

  it('is the framework, in the version that the local stack runs', async () => {
    const { version } = Manifest.parse(await read(`node_modules/${FRAMEWORK}/package.json`));
    expect(version).toBeDefined();
    expect(Manifest.parse(manifest).dependencies).toEqual({ [FRAMEWORK]: version });
    expect(Manifest.parse(await read('package.json')).dependencies[FRAMEWORK]).toBe(version);
    expect(Lock.parse(lock).packages[`node_modules/${FRAMEWORK}`]?.version).toBe(version);
  });

  it('is locked as in our own lock file, each package with its integrity', async () => {
    const ours = Lock.parse(await read('package-lock.json')).packages;
    const { '': root, ...packages } = Lock.parse(lock).packages;
    expect(root).toMatchObject({ dependencies: Manifest.parse(manifest).dependencies });
    expect(Object.keys(packages)).toContain('node_modules/express');
    for (const [path, { version, integrity }] of Object.entries(packages)) {
      expect([path, version, integrity]).toEqual([path, ours[path]?.version, ours[path]?.integrity]);
      expect(integrity).toMatch(/^sha512-/);
    }
  });
});

describe('cut', () => {
  const locked = (packages: Record<string, object>) => ({
    lockfileVersion: 3 as const,
    packages: Object.fromEntries(
      Object.entries(packages).map(([path, fields]) => [path, { version: '1.0.0', ...fields }]),
    ),
  });

  it('takes what is asked for, from where Node would', () => {
    const lock = locked({
      'node_modules/a': { dependencies: { b: '^2', c: '^1' } },
      'node_modules/a/node_modules/b': { version: '2.0.0', dependencies: { c: '^1' } },
      'node_modules/b': {},
      'node_modules/c': { dependencies: { a: '^1' } },
      'node_modules/unrelated': {},
    });
    expect(Object.keys(cut(lock, 'a'))).toEqual([
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/c',
    ]);
  });

  it('takes peers, but not those that may be absent', () => {
    const lock = locked({
      'node_modules/a': {
        peerDependencies: { b: '*', c: '*' },
        peerDependenciesMeta: { c: { optional: true } },
      },
      'node_modules/b': { peer: true, dev: true },
      'node_modules/c': {},
    });
    expect(cut(lock, 'a')).toMatchObject({ 'node_modules/b': { version: '1.0.0' } });
    expect(cut(lock, 'a')['node_modules/b']).toEqual({ version: '1.0.0' });
    expect(cut(lock, 'a')).not.toHaveProperty(['node_modules/c']);
  });

  it('says what is missing', () => {
    expect(() => cut(locked({ 'node_modules/a': { dependencies: { b: '1' } } }), 'a')).toThrow(/no b/);
  });
});
