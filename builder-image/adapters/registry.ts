import { RegistryHttp, splitPath } from '#adapters/registry/http.ts';
import { MANIFEST_TYPES } from '#adapters/registry/manifests.ts';
import { Secret } from '#core/secret.ts';
import { BuildFailure } from '../failure.ts';
import { describeImage, type ImageFacts } from '../image.ts';

/** Speaks to one registry about the images of one build (OCI distribution spec 1.1). */
export interface RegistryAccess {
  readonly insecure: readonly string[];
  readonly credential: { readonly username: string; readonly password: string } | null;
  readonly signal: AbortSignal;
}

/** Reads what an index in a registry holds (`describeImage`). */
export function describeIndex(image: string, digest: string, access: RegistryAccess): Promise<ImageFacts> {
  return describeImage(digest, (wanted) => getManifest(image, wanted, access));
}

/** Docker Hub's images bear a name that is not its registry's. */
function serverOf(host: string): string {
  return /^(?:index\.)?docker\.io$/.test(host) ? 'registry-1.docker.io' : host;
}

async function getManifest(image: string, digest: string, access: RegistryAccess): Promise<unknown> {
  const { host, name } = splitPath(image);
  const { credential, insecure } = access;
  const given = credential && { username: credential.username, password: new Secret(credential.password) };
  const http = new RegistryHttp({ insecure, credential: async () => given });
  const signal = AbortSignal.any([access.signal, AbortSignal.timeout(30_000)]);
  const request = {
    method: 'GET',
    scopes: [`repository:${name}:pull`],
    headers: { accept: MANIFEST_TYPES },
    signal,
  } as const;
  try {
    const answer = await http.send(
      host,
      `${http.base(serverOf(host))}/v2/${name}/manifests/${digest}`,
      request,
    );
    if (answer.ok) return await answer.json();
    await answer.body?.cancel();
    throw new Error(`HTTP ${answer.status}`);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `The registry ${host} did not give back the image that was pushed (${why}).`;
    throw new BuildFailure('registry_unavailable', message, { fault: 'transient', cause });
  }
}
