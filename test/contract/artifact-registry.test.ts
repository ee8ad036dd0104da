import { describe, expect, it } from 'vitest';
import { artifactRegistryCatalog } from '#adapters/artifact-registry/catalog.ts';
import { artifactRegistryClient } from '#adapters/artifact-registry/client.ts';
import { isArtifactRegistry, packageOf } from '#adapters/artifact-registry/names.ts';
import type { RegistryAccess } from '#adapters/registry/http.ts';
import { ociRegistry } from '#adapters/registry/oci-registry.ts';
import { pathIn } from '#core/registry-areas.ts';
import { startArtifactRegistry } from '#local/artifact-registry/server.ts';
import { realRegistry } from '#test/support/real-registry.ts';
import { imagePusher } from '#test/support/registry-images.ts';
import { describeImageCatalog } from './image-catalog-suite.ts';

const HOST = 'local-docker.pkg.dev';

/** What lies below `release/` of the real registry is the project of that name here. */
const RELEASE = `${HOST}/release/{team}-release`;

/** The real registry under Artifact Registry's name. */
async function subject() {
  const { address, access, storage, close } = await realRegistry();
  const server = await startArtifactRegistry({ storage });
  const client = artifactRegistryClient('release', server.address);
  const there: RegistryAccess = {
    ...access,
    insecure: [...access.insecure, HOST],
    fetch: (input, init) => fetch(String(input).replace(`http://${HOST}/`, `http://${address}/`), init),
  };
  let paths = 0;
  return {
    client,
    catalog: artifactRegistryCatalog(client, there),
    registry: ociRegistry(there),
    path: () => pathIn(RELEASE, `acme/group/app-${paths++}`),
    ...imagePusher(there),
    close: async () => {
      await client.close();
      await server.close();
      await close();
    },
  };
}

describeImageCatalog('Artifact Registry', subject);

describe('what only Artifact Registry knows', () => {
  it('says when an image was pushed, lists the newest first, and indexes without a tag too', async () => {
    const { catalog, path: nextPath, image, index, close } = await subject();
    try {
      const path = nextPath();
      const before = Date.now() - 1000;
      const untagged = await index(path, null, [await image(path, null, 'first')]);
      const tagged = await image(path, 'v1', 'second');
      const { items } = await catalog.list(path, { limit: 9, after: null });
      expect(items.map(({ digest }) => digest)).toEqual([tagged.digest, untagged.digest]);
      for (const { uploaded_at } of items) expect(uploaded_at).toBeGreaterThanOrEqual(before - 1000);
    } finally {
      await close();
    }
  });

  it('refuses to delete what a tag has or an index names, and a cursor that no page gave', async () => {
    const { catalog, path: nextPath, image, index, close } = await subject();
    try {
      const path = nextPath();
      const child = await image(path, null, 'app');
      const { digest } = await index(path, 'v1', [child]);
      for (const needed of [digest, child.digest])
        await expect(catalog.delete(path, needed)).rejects.toMatchObject({ code: 'conflict' });
      const listing = catalog.list(path, { limit: 1, after: 'x' });
      await expect(listing).rejects.toMatchObject({ code: 'refused' });
    } finally {
      await close();
    }
  });

  it('is told apart by its host, and names packages with their slashes escaped', () => {
    expect(isArtifactRegistry('europe-west1-docker.pkg.dev/p/r')).toBe(true);
    expect(isArtifactRegistry('docker.pkg.dev.example.com/p/r')).toBe(false);
    expect(packageOf('europe-west1-docker.pkg.dev/p/r/team/owner/app')).toBe(
      'projects/p/locations/europe-west1/repositories/r/packages/team%2Fowner%2Fapp',
    );
  });
});
