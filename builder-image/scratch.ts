import { chown, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BuildPlan } from './builders/builder.ts';
import type { BuildGrant } from './grant.ts';
import type { Workspace } from './workspace.ts';

/** What buildctl is given, and what it leaves behind. */
export interface Scratch {
  readonly dockerfile: string;
  readonly assets: string;
  readonly metadataFile: string;
  /** The name of buildctl's last build in BuildKit's own records. */
  readonly refFile: string;
  /** `DOCKER_CONFIG`: the registry's credential where buildctl looks for it. */
  readonly docker: string;
  /** An image layout, for builds whose image is looked through before it is pushed. */
  readonly layout: string;
}

/** Writes what the plan brings, and the registry's credential. */
export async function writeScratch(
  plan: BuildPlan,
  { registry }: BuildGrant,
  workspace: Workspace,
): Promise<Scratch> {
  const path = (name: string) => join(workspace.scratch, name);
  const scratch = {
    dockerfile: path('dockerfile'),
    assets: path('assets'),
    metadataFile: path('metadata.json'),
    refFile: path('ref'),
    docker: path('docker'),
    layout: path('layout'),
  };
  const write = async (file: string, text: string) => {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { mode: 0o644 });
  };
  await mkdir(scratch.assets, { recursive: true });
  const { path: own, text, ignore } = plan.dockerfile;
  if (own === null) {
    await write(join(scratch.dockerfile, 'Dockerfile'), text);
    if (ignore !== null) await write(join(scratch.dockerfile, 'Dockerfile.dockerignore'), ignore);
  }
  for (const [name, text] of Object.entries(plan.assets)) await write(join(scratch.assets, name), text);
  await writeCredential(scratch.docker, registry, workspace);
  return scratch;
}

async function writeCredential(
  folder: string,
  registry: BuildGrant['registry'],
  { account }: Workspace,
): Promise<void> {
  const images = [
    registry.staging,
    ...registry.cache_from,
    ...(registry.cache_to ? [registry.cache_to] : []),
  ];
  const hosts = new Set(images.map((image) => credentialKey(image.split('/')[0] ?? '')));
  const { credential } = registry;
  const auth = credential && Buffer.from(`${credential.username}:${credential.password}`).toString('base64');
  const auths = Object.fromEntries(auth ? [...hosts].map((host) => [host, { auth }]) : []);
  const file = join(folder, 'config.json');
  await mkdir(folder, { mode: 0o700 });
  await writeFile(file, JSON.stringify({ auths }), { mode: 0o600 });
  if (account) for (const path of [folder, file]) await chown(path, account.uid, account.gid);
}

/** The name that buildctl looks a host's credential up by: Docker Hub's is its oldest address. */
function credentialKey(host: string): string {
  return /^(?:registry-1\.|index\.)?docker\.io$/.test(host) ? 'https://index.docker.io/v1/' : host;
}
