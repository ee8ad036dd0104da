import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '#local/root.ts';
import { functionNames } from '#ops/bundle/functions.ts';
import { Manifest } from '#ops/bundle/manifest.ts';
import { unzip } from '#ops/bundle/zip.ts';

const MINUTES = 60_000;
const dir = await mkdtemp(join(tmpdir(), 'bitflow-deployment-'));
afterAll(() => rm(dir, { recursive: true, force: true }));

/** `npm run bundle -- --out`, from a folder and with an environment. */
const bundled = (out: string, cwd: string, env: NodeJS.ProcessEnv) =>
  execa(process.execPath, [join(ROOT, 'ops/bundle.ts'), '--out', out], {
    cwd,
    env,
    reject: false,
    all: true,
  });

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Every file of a folder, with the hash of its content. */
async function hashes(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
  const read = files.map(async (file) => [file, sha256(await readFile(join(folder, file)))] as const);
  return Object.fromEntries(await Promise.all(read));
}

describe('npm run bundle', () => {
  const [one, other] = [join(dir, 'one'), join(dir, 'deeper/other')];

  beforeAll(async () => {
    for (const { failed, all } of [
      await bundled(one, ROOT, { TZ: 'UTC' }),
      await bundled(other, dir, { TZ: 'Asia/Tokyo', HOME: dir }),
    ])
      if (failed) throw new Error(all);
  }, 3 * MINUTES);

  it('makes the same bytes from the same sources, wherever it is called', async () => {
    expect(await hashes(other)).toEqual(await hashes(one));
  });

  it('makes a zip of each function, and a manifest that says what is in them', async () => {
    const { functions, builder_image_tag } = Manifest.parse(
      JSON.parse(await readFile(join(one, 'manifest.json'), 'utf8')),
    );
    const files = await hashes(one);
    const { 'gateway.json.tftpl': gateway, 'manifest.json': manifest, ...rest } = files;
    expect([gateway, manifest]).not.toContain(undefined);
    expect(Object.keys(functions).sort()).toEqual((await functionNames()).sort());
    expect(rest).toEqual({
      ...Object.fromEntries(Object.entries(functions).map(([name, sum]) => [`functions/${name}.zip`, sum])),
      'builder-image/Dockerfile': sha256(await readFile(join(ROOT, 'builder-image/Dockerfile'))),
      'builder-image/cloudbuild.yaml': sha256(await readFile(join(ROOT, 'builder-image/cloudbuild.yaml'))),
      'builder-image/bundle/main.mjs': expect.any(String),
      'builder-image/bundle/plan-service.mjs': expect.any(String),
    });
    expect(builder_image_tag).toMatch(/^[0-9a-f]{16}$/);
  });

  it('locks what `npm ci` takes', async () => {
    const folder = await mkdtemp(join(dir, 'npm-'));
    const files = unzip(await readFile(join(one, 'functions/webhooks.zip')));
    for (const name of ['package.json', 'package-lock.json'])
      await writeFile(join(folder, name), files[name] ?? '');
    // Whether manifest and lock file agree is found out without the registry, and without installing.
    const args = [
      'ci',
      '--omit=dev',
      '--ignore-scripts',
      '--dry-run',
      '--offline',
      '--no-audit',
      '--no-fund',
    ];
    const { failed, all } = await execa('npm', args, { cwd: folder, reject: false, all: true });
    expect({ failed, all }).toEqual({ failed: false, all: expect.stringMatching(/added \d+ packages/) });
  });

  it('replaces what it made, and nothing else', async () => {
    const { failed, all } = await bundled(dir, dir, {});
    expect([failed, all]).toEqual([true, expect.stringContaining('is not empty')]);
    expect(await readdir(dir)).toContain('one');
  });
});
