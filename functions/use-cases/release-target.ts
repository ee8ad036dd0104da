import { releasedPath } from '#core/image-names.ts';
import type { Registry } from '#core/ports.ts';
import type { Destination } from '#core/tags.ts';

export interface ReleaseDeps {
  /** The installation's own registry. */
  readonly registry: Registry;
  /** Registry areas. */
  readonly paths: { readonly release: string };
  /**
   * Opens one of a team's own registries (`host/path`), with its credential. Throws UserError('refused') where
   * it is not connected any more.
   */
  readonly openRegistry: (team: string, url: string) => Promise<Registry>;
}

/** The registry that an image is released to, and the image's whole path (`host/path`) there. */
export async function releaseTarget(deps: ReleaseDeps, { team, registry, name }: Destination) {
  const path = releasedPath(deps.paths.release, registry, name);
  return { registry: registry === null ? deps.registry : await deps.openRegistry(team, registry), path };
}
