import { createHash } from 'node:crypto';
import { type RegistryAccess, RegistryHttp, splitPath } from '#adapters/registry/http.ts';
import { push } from '#adapters/registry/manifests.ts';

const OCI = 'application/vnd.oci.image';
export const IMAGE_TYPE = `${OCI}.manifest.v1+json`;
export const INDEX_TYPE = `${OCI}.index.v1+json`;

export interface Pushed {
  readonly digest: string;
  /** Compressed bytes of its config and layers. */
  readonly size: number;
  readonly descriptor: { mediaType: string; digest: string; size: number };
}

const sha256 = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Pushes small images as a builder does, by the OCI distribution API. */
export function imagePusher(access: RegistryAccess) {
  const http = new RegistryHttp(access);
  const blob = async (path: string, mediaType: string, text: string) => {
    const { host, name } = splitPath(path);
    const bytes = new Uint8Array(Buffer.from(text));
    const scopes = [push(name)];
    const uploads = `${http.base(host)}/v2/${name}/blobs/uploads/`;
    const started = await http.send(host, uploads, { method: 'POST', scopes });
    await http.ok(started, 'start an upload');
    const location = new URL(started.headers.get('location') ?? '', uploads);
    location.searchParams.set('digest', sha256(bytes));
    const headers = { 'content-type': 'application/octet-stream' };
    await http.ok(
      await http.send(host, location.href, { method: 'PUT', scopes, headers, body: bytes }),
      'push',
    );
    return { mediaType, digest: sha256(bytes), size: bytes.length };
  };
  const manifest = async (path: string, tag: string | null, mediaType: string, content: object) => {
    const { host, name } = splitPath(path);
    const bytes = new Uint8Array(Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...content })));
    const digest = sha256(bytes);
    const response = await http.send(host, `${http.base(host)}/v2/${name}/manifests/${tag ?? digest}`, {
      ...{ method: 'PUT', scopes: [push(name)], headers: { 'content-type': mediaType }, body: bytes },
    });
    await http.ok(response, 'push a manifest');
    return { digest, descriptor: { mediaType, digest, size: bytes.length } };
  };
  return {
    /** An image of one layer; `subject` is what it is about. */
    async image(path: string, tag: string | null, text: string, subject?: Pushed): Promise<Pushed> {
      const platform = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } };
      const config = await blob(path, `${OCI}.config.v1+json`, JSON.stringify({ ...platform, text }));
      const layer = await blob(path, `${OCI}.layer.v1.tar`, text);
      const about = subject && {
        subject: subject.descriptor,
        artifactType: 'application/vnd.example.signature',
      };
      const content = { config, layers: [layer], ...about };
      return { ...(await manifest(path, tag, IMAGE_TYPE, content)), size: config.size + layer.size };
    },
    /** An index of images; one that attests stands beside them, as BuildKit pushes it. */
    async index(path: string, tag: string | null, images: readonly Pushed[]): Promise<Pushed> {
      const manifests = images.map(({ descriptor }, index) => ({
        ...descriptor,
        platform: index === 0 ? { architecture: 'amd64', os: 'linux' } : UNKNOWN,
      }));
      const pushed = await manifest(path, tag, INDEX_TYPE, { manifests });
      return { ...pushed, size: images[0]?.size ?? 0 };
    },
  };
}

const UNKNOWN = { architecture: 'unknown', os: 'unknown' };
