import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Machine } from './machine.ts';
import { accepts, type Processes } from './processes.ts';

export interface BuildKitSettings {
  /** Where its state lies. */
  readonly root: string;
  /** Registries spoken to over http, `host:port`. */
  readonly insecure: readonly string[];
  /** A mirror for these registry hosts, where public images cannot be had. */
  readonly mirror: { readonly address: string; readonly hosts: readonly string[] } | null;
  /** The group that may use the socket: the builder's, inside its container. */
  readonly gid: number;
}

/** How much of the disk BuildKit may keep (MB), so that a laptop does not fill up. */
const KEEP_MB = 10_000;

/** Starts buildkitd on a socket in `dir`. @returns the socket's path. */
export async function startBuildKit(
  processes: Processes,
  machine: Machine,
  dir: string,
  settings: BuildKitSettings,
): Promise<string> {
  const socketDir = join(dir, 'buildkit');
  const socket = join(socketDir, 'buildkitd.sock');
  await mkdir(socketDir, { recursive: true });
  await mkdir(settings.root, { recursive: true });
  const file = join(dir, 'buildkitd.toml');
  await writeFile(file, configOf(machine, settings, socket));
  await processes.start({
    name: 'buildkitd',
    command: machine.buildkitd,
    args: ['--config', file],
    ready: () => accepts(socket),
    stopMs: 10_000,
  });
  return socket;
}

function configOf(machine: Machine, settings: BuildKitSettings, socket: string): string {
  const quoted = (items: readonly string[]) => `[${items.map((item) => JSON.stringify(item)).join(', ')}]`;
  const lines = [
    `root = ${JSON.stringify(settings.root)}`,
    '[grpc]',
    `address = ${quoted([`unix://${socket}`])}`,
    'uid = 0',
    `gid = ${settings.gid}`,
    '[worker.oci]',
    'enabled = true',
    'snapshotter = "overlayfs"',
    `binary = ${JSON.stringify(machine.runc)}`,
    `reservedSpace = ${JSON.stringify(`${KEEP_MB}MB`)}`,
    '[worker.containerd]',
    'enabled = false',
    ...settings.insecure.flatMap((host) => [`[registry.${JSON.stringify(host)}]`, 'http = true']),
  ];
  if (settings.mirror) {
    lines.push(`[registry.${JSON.stringify(settings.mirror.address)}]`, 'http = true');
    for (const host of settings.mirror.hosts) {
      lines.push(`[registry.${JSON.stringify(host)}]`, `mirrors = ${quoted([settings.mirror.address])}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
