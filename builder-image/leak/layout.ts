import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { describeImage, type ImageFacts, Index, isAttestation, Manifest } from '../image.ts';
import { linesOf } from './provenance.ts';

/** What a blob is to the image; `cache` is what only the build cache holds. */
export type Part =
  | {
      readonly kind: 'layer';
      /** Counted from 1, the base image's own first. */
      readonly number: number;
      /** As the image's history has it; empty where that does not say. */
      readonly instruction: string;
      /** Of the Dockerfile. */
      readonly line: number | null;
    }
  | { readonly kind: 'config' | 'manifest' | 'attestation' }
  | { readonly kind: 'cache' };

export interface Blob {
  readonly path: string;
  readonly bytes: number;
  readonly part: Part;
  /** Whether it is a JSON document, by its media type. */
  readonly json: boolean;
}

/** An OCI image layout that buildctl wrote: the image, and beside it the layers of the build's cache. */
export interface Layout {
  readonly image: ImageFacts;
  readonly blobs: readonly Blob[];
}

/** A larger attestation (a list of a huge image's packages) is looked through as bytes. */
const MAX_JSON_BYTES = 32 * 1024 * 1024;

const Config = z.object({
  history: z
    .array(z.object({ created_by: z.string().default(''), empty_layer: z.boolean().default(false) }))
    .default([]),
});

/**
 * Reads which blobs of a layout are what (image-spec: image-layout.md). Every file of the layout is among them,
 * so nothing in it goes unlooked at.
 */
export async function readLayout(folder: string, digest: string): Promise<Layout> {
  const pathOf = (wanted: string) => join(folder, 'blobs', ...wanted.split(':'));
  const read = async (wanted: string): Promise<unknown> => JSON.parse(await readFile(pathOf(wanted), 'utf8'));
  const known = new Map<string, Pick<Blob, 'part' | 'json'>>();
  const learn = (wanted: string, part: Part, json: boolean) => {
    if (!known.has(wanted)) known.set(wanted, { part, json });
  };
  const { manifests } = Index.parse(await read(digest));
  learn(digest, { kind: 'manifest' }, true);
  const lines = new Map<string, number>();
  for (const entry of manifests.filter(isAttestation)) {
    const { config, layers } = Manifest.parse(await read(entry.digest));
    learn(entry.digest, { kind: 'manifest' }, true);
    learn(config.digest, { kind: 'attestation' }, true);
    for (const statement of layers) {
      const json = statement.mediaType.endsWith('json') && statement.size <= MAX_JSON_BYTES;
      learn(statement.digest, { kind: 'attestation' }, json);
      if (!json) continue;
      for (const [layer, line] of linesOf(await read(statement.digest))) lines.set(layer, line);
    }
  }
  for (const entry of manifests.filter((each) => !isAttestation(each))) {
    const { config, layers } = Manifest.parse(await read(entry.digest));
    learn(entry.digest, { kind: 'manifest' }, true);
    learn(config.digest, { kind: 'config' }, true);
    const made = Config.parse(await read(config.digest)).history.filter((each) => !each.empty_layer);
    for (const [at, layer] of layers.entries()) {
      const instruction = made.length === layers.length ? (made[at]?.created_by ?? '') : '';
      const line = lines.get(layer.digest) ?? null;
      learn(layer.digest, { kind: 'layer', number: at + 1, instruction, line }, false);
    }
  }
  const names = await readdir(join(folder, 'blobs', 'sha256'));
  const blobs = names.map(async (name): Promise<Blob> => {
    const path = pathOf(`sha256:${name}`);
    const { part, json } = known.get(`sha256:${name}`) ?? { part: { kind: 'cache' }, json: false };
    return { path, part, json, bytes: (await stat(path)).size };
  });
  return { image: await describeImage(digest, read), blobs: await Promise.all(blobs) };
}
