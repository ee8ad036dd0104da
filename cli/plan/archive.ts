import { createReadStream, createWriteStream } from 'node:fs';
import { access, constants, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Pack, pack } from 'tar-stream';
import { z } from 'zod';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import { clean } from '../kit/text.ts';

/** The start of a layout (image-spec: image-layout.md, "index.json file"). */
const Index = z.looseObject({
  manifests: z.array(z.looseObject({ annotations: z.record(z.string(), z.string()).default({}) })),
});

/** Throws CliError (2) where a file cannot be written, before anything is built for it. */
export async function mustBeWritable(file: string): Promise<void> {
  const found = await stat(file).catch(() => null);
  const folder = access(dirname(file), constants.W_OK);
  const why = found?.isDirectory() ? 'it is a folder' : await folder.then(() => null, wordsOf);
  if (why !== null)
    throw new CliError(EXIT.usage, `${clean(file)} cannot be written: ${why}`, 'Name another file: --output');
}

const wordsOf = (error: unknown): string => clean(error instanceof Error ? error.message : String(error));

/**
 * Writes an image layout as one file, an OCI archive: `podman load`, `docker load` and `skopeo copy oci-archive:` take
 * it. The file is there when it is whole.
 * @param name what they call the image.
 */
export async function writeArchive(
  layout: string,
  name: string,
  to: string,
  signal: AbortSignal,
): Promise<void> {
  const part = `${to}.${process.pid}.part`;
  const tar = pack();
  const writing = pipeline(tar, createWriteStream(part), { signal });
  try {
    await Promise.all([fill(tar, layout, name), writing]);
    await rename(part, to);
  } catch (error) {
    tar.destroy();
    await writing.catch(() => undefined);
    await rm(part, { force: true });
    throw error;
  }
}

async function fill(tar: Pack, layout: string, name: string): Promise<void> {
  tar.entry({ name: 'oci-layout' }, await readFile(join(layout, 'oci-layout')));
  tar.entry({ name: 'index.json' }, await namedIndex(join(layout, 'index.json'), name));
  for (const hash of (await readdir(join(layout, 'blobs/sha256'))).sort()) {
    const file = join(layout, 'blobs/sha256', hash);
    const { size } = await stat(file);
    await pipeline(createReadStream(file), tar.entry({ name: `blobs/sha256/${hash}`, size }));
  }
  tar.finalize();
}

/** Docker's name of an image, and that of the specification. */
async function namedIndex(file: string, name: string): Promise<string> {
  const index = Index.parse(JSON.parse(await readFile(file, 'utf8')));
  for (const { annotations } of index.manifests)
    Object.assign(annotations, {
      'io.containerd.image.name': name,
      'org.opencontainers.image.ref.name': name,
    });
  return JSON.stringify(index);
}
