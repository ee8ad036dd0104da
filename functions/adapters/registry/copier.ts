import { UserError } from '#core/errors.ts';
import { type RegistryHttp, splitPath } from './http.ts';
import { fetchManifest, manifestUrl, parseManifest, pull, push, type RawManifest } from './manifests.ts';

/** How many blobs of a manifest, and how many manifests of an index, are on their way at once. */
const SIDE_BY_SIDE = 4;

/** How many manifests one image may have: an index of 64 platforms, and an attestation of each. */
const MAX_MANIFESTS = 200;

/** How long one layer may take (ms). */
const BLOB_TIMEOUT_MS = 15 * 60_000;

/**
 * Copies an image depth first: blobs, then the manifests that name them, then the index. Source and target may
 * be registries with credentials of their own.
 */
export class Copier {
  readonly #source: RegistryHttp;
  readonly #target: RegistryHttp;

  constructor(source: RegistryHttp, target: RegistryHttp) {
    this.#source = source;
    this.#target = target;
  }

  async image(from: string, digest: string, to: string): Promise<void> {
    await this.#once(from, digest, to, new Map());
  }

  /**
   * A manifest that is named many times is copied once: what a builder pushed may be indexes of indexes, which
   * would come to more requests at each level.
   */
  #once(from: string, digest: string, to: string, begun: Map<string, Promise<void>>): Promise<void> {
    const known = begun.get(digest);
    if (known !== undefined) return known;
    if (begun.size >= MAX_MANIFESTS)
      throw new UserError('refused', `the image has more than ${MAX_MANIFESTS} manifests`);
    const copying = this.#manifest(from, digest, to, begun);
    begun.set(digest, copying);
    return copying;
  }

  async #manifest(
    from: string,
    digest: string,
    to: string,
    begun: Map<string, Promise<void>>,
  ): Promise<void> {
    const raw = await fetchManifest(this.#source, from, digest);
    if (raw === null) throw new UserError('refused', `${from} has no manifest ${digest}`);
    const parsed = parseManifest(raw);
    if (parsed === null) throw new UserError('refused', `${digest} is not an image manifest`);
    const children = [...parsed.manifests];
    while (children.length > 0) {
      await Promise.all(
        children.splice(0, SIDE_BY_SIDE).map(async (child) => this.#once(from, child.digest, to, begun)),
      );
    }
    const blobs = [...new Set(parsed.blobs.map((blob) => blob.digest))];
    while (blobs.length > 0) {
      await Promise.all(blobs.splice(0, SIDE_BY_SIDE).map((blob) => this.#blob(from, blob, to)));
    }
    await putManifest(this.#target, to, digest, raw);
  }

  /** Mounts a blob from another repository of the registry; where it will not mount, uploads it. */
  async #blob(from: string, digest: string, to: string): Promise<void> {
    const source = splitPath(from);
    const target = splitPath(to);
    const base = this.#target.base(target.host);
    const mountable = this.#source === this.#target && source.host === target.host;
    const scopes = mountable ? [push(target.name), pull(source.name)] : [push(target.name)];
    const there = await this.#target.send(target.host, `${base}/v2/${target.name}/blobs/${digest}`, {
      method: 'HEAD',
      scopes,
    });
    if (there.ok) return;
    const mount = mountable ? `?${new URLSearchParams({ mount: digest, from: source.name })}` : '';
    const uploads = `${base}/v2/${target.name}/blobs/uploads/${mount}`;
    const started = await this.#target.send(target.host, uploads, { method: 'POST', scopes });
    await this.#target.ok(started, `start the upload of ${digest} to ${to}`);
    if (started.status === 201) return;
    const location = new URL(started.headers.get('location') ?? '', uploads);
    location.searchParams.set('digest', digest);
    const address = `${this.#source.base(source.host)}/v2/${source.name}/blobs/${digest}`;
    const reading = { method: 'GET', scopes: [pull(source.name)], timeoutMs: BLOB_TIMEOUT_MS } as const;
    const blob = await this.#source.send(source.host, address, reading);
    if (!blob.ok || blob.body === null) throw new UserError('refused', `${from} has no blob ${digest}`);
    const headers = {
      'content-type': 'application/octet-stream',
      'content-length': blob.headers.get('content-length') ?? '',
    };
    const put = await this.#target.send(target.host, location.href, {
      ...{ method: 'PUT', scopes, headers, timeoutMs: BLOB_TIMEOUT_MS },
      body: blob.body,
    });
    await this.#target.ok(put, `upload ${digest} to ${to}`);
  }
}

/** Puts a manifest under a tag or its digest. */
export async function putManifest(
  http: RegistryHttp,
  path: string,
  reference: string,
  manifest: RawManifest,
): Promise<void> {
  const { host, name } = splitPath(path);
  const response = await http.send(host, manifestUrl(http, path, reference), {
    method: 'PUT',
    scopes: [push(name)],
    headers: { 'content-type': manifest.type },
    body: manifest.bytes,
  });
  await http.ok(response, `put the manifest ${reference} of ${path}`);
}
