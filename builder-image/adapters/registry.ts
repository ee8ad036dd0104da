import { z } from 'zod';
import { RegistryHttp, splitPath } from '#adapters/registry/http.ts';
import { MANIFEST_TYPES } from '#adapters/registry/manifests.ts';
import { type BuildResult, Digest } from '#core/build.ts';
import { Secret } from '#core/secret.ts';
import { BuildFailure } from '../failure.ts';

/** Speaks to one registry about the images of one build (OCI distribution spec 1.1). */
export interface RegistryAccess {
  readonly insecure: readonly string[];
  readonly credential: { readonly username: string; readonly password: string } | null;
  readonly signal: AbortSignal;
}

const Descriptor = z.object({
  digest: Digest,
  size: z.int().nonnegative(),
  platform: z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() }).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});
const Index = z.object({ manifests: z.array(Descriptor) });
const Manifest = z.object({ config: Descriptor, layers: z.array(Descriptor) });

/** Attestations are manifests of the index too; this annotation marks them (BuildKit: docs/attestations). */
const ATTESTATION = 'vnd.docker.reference.type';

/** Reads what an index holds: each platform's manifest, and the bytes that a pull of all of them transfers. */
export async function describeIndex(
  image: string,
  digest: string,
  access: RegistryAccess,
): Promise<Pick<BuildResult, 'index_digest' | 'manifests' | 'size_bytes'>> {
  const index = Index.parse(await getManifest(image, digest, access));
  const platforms = index.manifests.filter((entry) => entry.annotations?.[ATTESTATION] === undefined);
  const sizes = new Map<string, number>();
  for (const entry of platforms) {
    const manifest = Manifest.parse(await getManifest(image, entry.digest, access));
    for (const blob of [manifest.config, ...manifest.layers]) sizes.set(blob.digest, blob.size);
  }
  const manifests = platforms.map((entry) => ({
    platform: nameOf(entry.platform),
    manifest_digest: entry.digest,
  }));
  const size_bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return { index_digest: digest, manifests, size_bytes };
}

function nameOf(platform: z.infer<typeof Descriptor>['platform']): string {
  return platform
    ? [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/')
    : 'unknown';
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
