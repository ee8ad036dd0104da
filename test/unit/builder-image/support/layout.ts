import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { temporaryFolder } from './temporary.ts';

/** An entry of a layer: a file, or a symbolic link, with extended attributes. */
export interface Entry {
  readonly name: string;
  readonly content?: string | Buffer;
  readonly link?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

export type Compression = 'gzip' | 'zstd' | 'none';

/** A layer, as it lies in a registry. */
export async function layerOf(entries: readonly Entry[], compression: Compression = 'gzip'): Promise<Buffer> {
  const tar = pack();
  for (const { name, content = '', link, attributes } of entries) {
    const records = Object.entries(attributes ?? {}).map(([key, value]) => [`SCHILY.xattr.${key}`, value]);
    const pax = records.length === 0 ? {} : { pax: Object.fromEntries(records) };
    const header = { name, mtime: new Date(0), ...pax };
    if (link === undefined) tar.entry(header, content);
    else tar.entry({ ...header, type: 'symlink', linkname: link });
  }
  tar.finalize();
  return compressed(await buffer(tar), compression);
}

export function compressed(bytes: Buffer, compression: Compression): Buffer {
  if (compression === 'none') return bytes;
  return compression === 'gzip' ? gzipSync(bytes) : zstdCompressSync(bytes);
}

export interface LayoutSource {
  /** Each with the instruction that made it. */
  readonly layers: readonly {
    readonly blob: Buffer;
    readonly instruction?: string;
    readonly line?: number;
  }[];
  readonly config?: object;
  /** More lines of the history, of instructions without a layer. */
  readonly history?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  /** The predicate's arguments, and the Dockerfile that it keeps. */
  readonly args?: Readonly<Record<string, string>>;
  readonly dockerfile?: string;
  /** Blobs that no manifest of the image names. */
  readonly cache?: readonly Buffer[];
}

export interface TestLayout {
  readonly folder: string;
  /** Of the image's index. */
  readonly digest: string;
  readonly manifest: string;
}

/** Writes an OCI image layout as `buildctl --output type=oci,tar=false` does. */
export async function layoutOf(source: LayoutSource): Promise<TestLayout> {
  const folder = await temporaryFolder();
  const put = async (content: Buffer | object) => {
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
    const hex = createHash('sha256').update(bytes).digest('hex');
    await writeFile(join(folder, 'blobs/sha256', hex), bytes);
    return { digest: `sha256:${hex}`, size: bytes.length };
  };
  await mkdir(join(folder, 'blobs/sha256'), { recursive: true });
  const layers = await Promise.all(source.layers.map(({ blob }) => put(blob)));
  const empty = (source.history ?? []).map((created_by) => ({ created_by, empty_layer: true }));
  const made = source.layers.map(({ instruction = '' }) => ({ created_by: instruction }));
  const config = await put({ config: {}, ...source.config, history: [...empty, ...made] });
  const image = await put({ config, layers, annotations: source.annotations ?? {} });
  const statement = await put(provenance(source, layers));
  const unknown = await put({ os: 'unknown' });
  const predicate = { ...statement, mediaType: 'application/vnd.in-toto+json' };
  const attestation = await put({ config: unknown, layers: [predicate] });
  for (const blob of source.cache ?? []) await put(blob);
  const index = await put({
    manifests: [
      { ...image, platform: { os: 'linux', architecture: 'amd64' } },
      { ...attestation, annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } },
    ],
  });
  return { folder, digest: index.digest, manifest: image.digest };
}

function provenance(source: LayoutSource, layers: readonly { digest: string }[]): object {
  const steps = source.layers.map(({ line = 1 }, at) => [
    `step${at}`,
    { locations: [{ ranges: [{ start: { line } }] }] },
  ]);
  const chains = layers.map((_, at) => [`step${at}:0`, [layers.slice(0, at + 1)]]);
  const data = Buffer.from(source.dockerfile ?? '').toString('base64');
  return {
    predicate: {
      buildDefinition: { externalParameters: { request: { args: source.args ?? {} } } },
      runDetails: {
        metadata: {
          buildkit_metadata: {
            source: { locations: Object.fromEntries(steps), infos: [{ filename: 'Dockerfile', data }] },
            layers: Object.fromEntries(chains),
          },
        },
      },
    },
  };
}
