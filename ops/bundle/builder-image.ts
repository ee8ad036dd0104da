import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '#local/root.ts';
import { bundlePrograms, PROGRAMS } from '#local/setup/builder-programs.mjs';

/** The files of the builder image's folder in the checkout that its build in the cloud takes. */
const FILES = ['Dockerfile', 'cloudbuild.yaml'] as const;

/**
 * Writes all that Cloud Build needs to make the builder image: the Dockerfile, `cloudbuild.yaml` and `bundle/` with
 * the two programs.
 *
 * @returns a tag for the image, which is another where one of these files is
 */
export async function writeBuilderImage(out: string): Promise<string> {
  const source = join(ROOT, 'builder-image');
  await mkdir(join(out, 'bundle'), { recursive: true });
  await bundlePrograms(source, join(out, 'bundle'));
  await Promise.all(FILES.map((name) => copyFile(join(source, name), join(out, name))));
  const files = [...FILES, ...PROGRAMS.map((name) => `bundle/${name}.mjs`)];
  const hash = createHash('sha256');
  for (const name of files)
    hash
      .update(name)
      .update('\0')
      .update(await readFile(join(out, name)))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
}
