import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '#core/errors.ts';
import { ROOT } from '#local/root.ts';
import { step } from '#local/steps.ts';
import { gatewayTemplate } from '../gateway/index.ts';
import { writeBuilderImage } from './builder-image.ts';
import { bundleFunctions } from './functions.ts';
import type { Manifest } from './manifest.ts';

/** Where Terraform's `bundles` variable looks by default. */
export const DEPLOYMENT = join(ROOT, 'dist/deploy');

/**
 * Writes what a deployment is made of (docs/bundles.md): the functions' zips, the gateway's document, the folder of
 * the builder image, and the manifest. The folder is replaced as a whole, at the end.
 *
 * @throws {UserError} where `out` has something else in it
 */
export async function makeDeployment(out: string, log: (line: string) => void): Promise<Manifest> {
  const there = await readdir(out).catch((): string[] => []);
  if (there.length > 0 && !there.includes('manifest.json'))
    throw new UserError('conflict', `${out} is not empty, and not a deployment's folder: name another`);
  await mkdir(dirname(out), { recursive: true });
  const fresh = await mkdtemp(join(dirname(out), `.${basename(out)}-`));
  try {
    const manifest = await write(fresh, log);
    await rm(out, { recursive: true, force: true });
    await rename(fresh, out);
    return manifest;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function write(out: string, log: (line: string) => void): Promise<Manifest> {
  const functions = await step(log, 'the functions', () => writeFunctions(join(out, 'functions')));
  const tag = await step(log, 'the builder image', () => writeBuilderImage(join(out, 'builder-image')));
  await step(log, 'the gateway’s document', async () =>
    writeFile(join(out, 'gateway.json.tftpl'), gatewayTemplate()),
  );
  const manifest: Manifest = { functions, builder_image_tag: tag };
  await writeFile(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/** Writes `NAME.zip` of every function. @returns the sha256 of each, in hex. */
async function writeFunctions(out: string): Promise<Record<string, string>> {
  await mkdir(out, { recursive: true });
  const zips = Object.entries(await bundleFunctions());
  await Promise.all(zips.map(([name, zip]) => writeFile(join(out, `${name}.zip`), zip)));
  return Object.fromEntries(
    zips.map(([name, zip]) => [name, createHash('sha256').update(zip).digest('hex')]),
  );
}
