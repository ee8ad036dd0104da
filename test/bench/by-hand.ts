import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { readOverlay } from '#builder/overlay.ts';
import type { Machine } from '#local/machine.ts';
import { AREAS } from '#local/registry/registry.ts';
import type { StackInfo } from '#local/stack-info.ts';
import { PROVIDERS } from './apps.ts';
import type { Credential } from './bench-stack.ts';

/** How long each part of a build took (ms). */
export interface HandTimes {
  readonly clone: number;
  readonly plan: number;
  /** Build and push: to buildctl they are one. */
  readonly build: number;
}

interface Folders {
  readonly source: string;
  readonly docker: string;
  readonly metadata: string;
}

/**
 * What a person with the same tools does: git clone, nixpacks, buildctl, on the stack's BuildKit and registry,
 * with the options that the builder gives buildctl (builder-image/execute.ts). Image and cache have a path of
 * their own, named after the repository.
 */
export class ByHand {
  readonly #machine: Machine;
  readonly #info: StackInfo;
  readonly #credential: Credential;

  constructor(machine: Machine, info: StackInfo, credential: Credential) {
    this.#machine = machine;
    this.#info = info;
    this.#credential = credential;
  }

  /** Builds a commit and pushes the image. */
  async build(fullName: string, remote: string, commit: string): Promise<HandTimes> {
    const root = await mkdtemp(join(tmpdir(), 'bitflow-by-hand-'));
    try {
      const docker = await this.#login(join(root, 'docker'));
      const folders = { source: join(root, 'source'), docker, metadata: join(root, 'metadata.json') };
      const clone = await timed(() => this.#clone(folders.source, remote, commit));
      const plan = await timed(() => this.#plan(folders.source, fullName));
      const build = await timed(() => this.#build(folders, fullName, plan.result));
      return { clone: clone.ms, plan: plan.ms, build: build.ms };
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  }

  async #login(folder: string): Promise<string> {
    const { username, password } = this.#credential;
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    await mkdir(folder, { mode: 0o700 });
    const config = JSON.stringify({ auths: { [this.#info.registry]: { auth } } });
    await writeFile(join(folder, 'config.json'), config, { mode: 0o600 });
    return folder;
  }

  /** Without `.git`, which is never the same twice: with it, BuildKit would find nothing unchanged. */
  async #clone(source: string, remote: string, commit: string): Promise<void> {
    const { git } = this.#machine;
    await execa(git, ['clone', '--quiet', '--depth', '1', remote, source]);
    const { stdout } = await execa(git, ['-C', source, 'rev-parse', 'HEAD']);
    if (stdout !== commit) throw new Error(`cloned ${stdout} instead of ${commit}`);
    await rm(join(source, '.git'), { recursive: true });
  }

  /** @returns the build arguments that nixpacks wants. */
  async #plan(source: string, fullName: string): Promise<BuildArg[]> {
    const overlay = await readOverlay(this.#machine.baseImages?.overlay);
    const planned = overlay ? ['--json-plan', JSON.stringify(overlay(PROVIDERS))] : [];
    const keyed = ['--cache-key', fullName, '--name', 'image', '--out', source];
    await execa(this.#machine.nixpacks, ['build', ...keyed, ...planned, '--', source]);
    return takeBuildArgs(source);
  }

  async #build(
    { source, docker, metadata }: Folders,
    fullName: string,
    buildArgs: readonly BuildArg[],
  ): Promise<void> {
    const { registry, buildkitHost } = this.#info;
    const image = `${registry}/${AREAS.staging}/${fullName}:by-hand`;
    const cache = `type=registry,ref=${registry}/${AREAS.cache}/${fullName}:by-hand`;
    const plain = 'registry.insecure=true';
    const option = (name: string, value: string) => ['--opt', `${name}=${value}`];
    const args = [
      ...['build', '--progress', 'plain', '--metadata-file', metadata],
      ...['--frontend', 'dockerfile.v0'],
      ...['--local', `context=${source}`, '--local', `dockerfile=${join(source, '.nixpacks')}`],
      ...buildArgs.flatMap((given) => option(`build-arg:${given.name}`, given.value)),
      ...option('build-arg:BUILDKIT_CACHE_MOUNT_NS', hash(fullName)),
      ...option('attest:provenance', 'mode=max'),
      ...['--import-cache', `${cache},${plain}`],
      '--export-cache',
      `${cache},mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true,${plain}`,
      ...['--output', `type=image,name=${image},push=true,oci-mediatypes=true,${plain}`],
    ];
    const env = { BUILDKIT_HOST: buildkitHost, DOCKER_CONFIG: docker };
    await execa(this.#machine.buildctl, args, { env });
  }
}

interface BuildArg {
  readonly name: string;
  readonly value: string;
}

/**
 * nixpacks writes them into a script beside the Dockerfile, with the folder's path. Who builds in one folder has
 * the same script each time; ours has another path each time, and must not be what changed for BuildKit.
 */
async function takeBuildArgs(source: string): Promise<BuildArg[]> {
  const file = join(source, '.nixpacks/build.sh');
  const script = await readFile(file, 'utf8');
  await rm(file);
  const found = script.matchAll(/--build-arg ([A-Z0-9_]+)=(\S*)/g);
  return [...found].map(([, name = '', value = '']) => ({ name, value }));
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const start = performance.now();
  const result = await work();
  return { ms: performance.now() - start, result };
}
