import { join } from 'node:path';
import { startBuildKit } from './buildkit.ts';
import type { Machine } from './machine.ts';
import type { Processes } from './processes.ts';
import { type LocalRegistry, startMirror, startRegistry } from './registry/registry.ts';

/** uid and gid of the user that the builder image's tools run as. */
const BUILDER_ID = 1000;

/** Where images are built and kept. */
export interface LocalImages {
  readonly registry: LocalRegistry;
  /** BuildKit's socket. */
  readonly socket: string;
  /** The registry with the stand-ins of public images, `host:port`; null where the public registries answer. */
  readonly mirror: string | null;
}

/** The registry, the mirror of base images where one is needed, and BuildKit, which knows both. */
export async function startImages(
  processes: Processes,
  machine: Machine,
  dir: string,
  data: string,
): Promise<LocalImages> {
  const registry = await startRegistry(processes, machine, dir, join(data, 'registry'));
  const { baseImages } = machine;
  const mirror = baseImages && {
    address: await startMirror(processes, machine, dir, baseImages.storage),
    hosts: baseImages.mirrored,
  };
  const root = join(data, 'buildkit');
  const socket = await startBuildKit(processes, machine, dir, {
    root,
    insecure: [registry.address],
    mirror,
    gid: BUILDER_ID,
  });
  return { registry, socket, mirror: mirror?.address ?? null };
}
