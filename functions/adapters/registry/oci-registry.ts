import { createHash } from 'node:crypto';
import { TransientError, UserError } from '#core/errors.ts';
import type { Registry } from '#core/ports.ts';
import { type RegistryAccess, RegistryHttp, splitPath } from './http.ts';
import { MANIFEST_TYPES, MAX_MANIFEST_BYTES, Manifest } from './manifests.ts';

/** How many blobs of a manifest, and how many manifests of an index, are on their way at once. */
const SIDE_BY_SIDE = 4;

/**
 * A registry by the OCI distribution spec: Artifact Registry, GHCR, ECR, ACR and the local one alike.
 * Source: github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
export function ociRegistry(access: RegistryAccess): Registry {
  const http = new RegistryHttp(access);
  const copier = new Copier(http);
  return {
    async digest(path, reference) {
      const { host, name } = splitPath(path);
      const request = { method: 'HEAD', scopes: [pull(name)], headers: { accept: MANIFEST_TYPES } } as const;
      const response = await http.send(host, `${http.base(host)}/v2/${name}/manifests/${reference}`, request);
      if (response.status === 404) return null;
      if (!response.ok)
        throw new TransientError(`the registry answered ${response.status} for ${path}:${reference}`);
      return response.headers.get('docker-content-digest');
    },
    copy: (from, digest, to) => copier.manifest(from, digest, to),
    async putTag(path, tag, digest) {
      const manifest = await copier.fetchManifest(path, digest);
      await copier.putManifest(path, tag, manifest);
    },
  };
}

interface RawManifest {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
}

/** Copies an image depth first: blobs, then the manifests that name them, then the index. */
class Copier {
  readonly #http: RegistryHttp;

  constructor(http: RegistryHttp) {
    this.#http = http;
  }

  async manifest(from: string, digest: string, to: string): Promise<void> {
    const raw = await this.fetchManifest(from, digest);
    const parsed = Manifest.safeParse(JSON.parse(Buffer.from(raw.bytes).toString('utf8')));
    if (!parsed.success)
      throw new UserError('refused', `${digest} is not an image manifest`, { cause: parsed.error });
    const children = [...parsed.data.manifests];
    while (children.length > 0) {
      await Promise.all(
        children.splice(0, SIDE_BY_SIDE).map((child) => this.manifest(from, child.digest, to)),
      );
    }
    const blobs = [...new Set(parsed.data.blobs.map((blob) => blob.digest))];
    while (blobs.length > 0) {
      await Promise.all(blobs.splice(0, SIDE_BY_SIDE).map((blob) => this.#blob(from, blob, to)));
    }
    await this.putManifest(to, digest, raw);
  }

  /** A manifest's exact bytes, checked against its digest. */
  async fetchManifest(path: string, digest: string): Promise<RawManifest> {
    const { host, name } = splitPath(path);
    const request = { method: 'GET', scopes: [pull(name)], headers: { accept: MANIFEST_TYPES } } as const;
    const response = await this.#http.send(
      host,
      `${this.#http.base(host)}/v2/${name}/manifests/${digest}`,
      request,
    );
    if (response.status === 404) throw new UserError('refused', `${path} has no manifest ${digest}`);
    if (!response.ok)
      throw new TransientError(`the registry answered ${response.status} for ${path}@${digest}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (bytes.length > MAX_MANIFEST_BYTES)
      throw new UserError('refused', `the manifest ${digest} is larger than 4 MiB`);
    const actual = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    if (actual !== digest) throw new TransientError(`the registry gave ${actual} for ${digest}`);
    return { bytes, type: response.headers.get('content-type') ?? '' };
  }

  async putManifest(path: string, reference: string, manifest: RawManifest): Promise<void> {
    const { host, name } = splitPath(path);
    const request = {
      method: 'PUT',
      scopes: [push(name)],
      headers: { 'content-type': manifest.type },
      body: manifest.bytes,
    } as const;
    const response = await this.#http.send(
      host,
      `${this.#http.base(host)}/v2/${name}/manifests/${reference}`,
      request,
    );
    await ok(response, `put the manifest ${reference} of ${path}`);
  }

  /** Mounts a blob from another repository of the registry; where it will not mount, uploads it. */
  async #blob(from: string, digest: string, to: string): Promise<void> {
    const source = splitPath(from);
    const target = splitPath(to);
    const base = this.#http.base(target.host);
    const scopes = source.host === target.host ? [push(target.name), pull(source.name)] : [push(target.name)];
    const there = await this.#http.send(target.host, `${base}/v2/${target.name}/blobs/${digest}`, {
      method: 'HEAD',
      scopes,
    });
    if (there.ok) return;
    const mount =
      source.host === target.host ? `?${new URLSearchParams({ mount: digest, from: source.name })}` : '';
    const uploads = `${base}/v2/${target.name}/blobs/uploads/${mount}`;
    const started = await this.#http.send(target.host, uploads, { method: 'POST', scopes });
    await ok(started, `start the upload of ${digest} to ${to}`);
    if (started.status === 201) return;
    const location = new URL(started.headers.get('location') ?? '', uploads);
    location.searchParams.set('digest', digest);
    const blob = await this.#http.send(
      source.host,
      `${this.#http.base(source.host)}/v2/${source.name}/blobs/${digest}`,
      {
        method: 'GET',
        scopes: [pull(source.name)],
      },
    );
    if (!blob.ok || blob.body === null) throw new UserError('refused', `${from} has no blob ${digest}`);
    const headers = {
      'content-type': 'application/octet-stream',
      'content-length': blob.headers.get('content-length') ?? '',
    };
    const put = await this.#http.send(target.host, location.href, {
      method: 'PUT',
      scopes,
      headers,
      body: blob.body,
    });
    await ok(put, `upload ${digest} to ${to}`);
  }
}

const pull = (name: string) => `repository:${name}:pull`;
const push = (name: string) => `repository:${name}:pull,push`;

async function ok(response: Response, what: string): Promise<void> {
  const text = response.ok ? '' : (await response.text()).slice(0, 300);
  if (response.status === 401 || response.status === 403) throw new Error(`not allowed to ${what}: ${text}`);
  if (!response.ok) throw new TransientError(`could not ${what}: ${response.status} ${text}`);
}
