import { ociCatalog } from '#adapters/registry/oci-catalog.ts';
import { ociRegistry } from '#adapters/registry/oci-registry.ts';
import { realRegistry } from '#test/support/real-registry.ts';
import { imagePusher } from '#test/support/registry-images.ts';
import { describeImageCatalog } from './image-catalog-suite.ts';

describeImageCatalog('a registry by the OCI distribution API', async () => {
  const { address, access, close } = await realRegistry();
  let paths = 0;
  return {
    catalog: ociCatalog(access),
    registry: ociRegistry(access),
    path: () => `${address}/release/acme/group/app-${paths++}`,
    ...imagePusher(access),
    close,
  };
});
