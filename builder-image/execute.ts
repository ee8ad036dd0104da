import { createHash } from 'node:crypto';
import { chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type BuildResult, Digest } from '#core/build.ts';
import type { Engine } from './adapters/buildkit/engine.ts';
import { run } from './adapters/process.ts';
import { describeIndex } from './adapters/registry.ts';
import { ASSETS_CONTEXT, type BuildPlan } from './builders/builder.ts';
import { explainBuildkit } from './explain.ts';
import { BuildFailure } from './failure.ts';
import type { BuildGrant } from './grant.ts';
import { ProgressReader } from './progress.ts';
import type { CheckoutView } from './view.ts';
import type { Workspace } from './workspace.ts';

export interface Execution {
  readonly plan: BuildPlan;
  readonly view: CheckoutView;
  readonly grant: BuildGrant;
  readonly workspace: Workspace;
  readonly engine: Engine;
  readonly insecureRegistries: readonly string[];
  readonly signal: AbortSignal;
  /** Takes the raw bytes of each step's output, by step. */
  readonly output: (step: string, bytes: Buffer) => void;
  readonly say: (line: string) => void;
  /** Called once, when the image is built and its push begins. */
  readonly onPush: () => void;
}

const Metadata = z.object({ 'containerimage.digest': Digest });

/** Lets BuildKit build a plan and push the image. Throws `BuildFailure` with the cause. */
export async function execute(execution: Execution): Promise<BuildResult> {
  const { plan, grant, workspace, engine, signal } = execution;
  const folders = await writeScratch(execution);
  const metadataFile = join(workspace.scratch, 'metadata.json');
  const secrets = plan.secrets.map((name, at) => ({ name, variable: `BITFLOW_SECRET_${at}` }));
  const values = secrets.map(({ name, variable }) => [variable, grant.secrets[name] ?? '']);
  const progress = new ProgressReader({ ...execution, onExport: execution.onPush });
  const ended = await run({
    file: 'buildctl',
    args: [
      ...['build', '--progress', 'rawjson', '--metadata-file', metadataFile],
      ...buildOptions(execution, folders),
      ...secrets.flatMap(({ name, variable }) => ['--secret', `id=${name},env=${variable}`]),
    ],
    cwd: workspace.scratch,
    env: {
      ...workspace.env,
      ...Object.fromEntries(values),
      BUILDKIT_HOST: engine.address,
      DOCKER_CONFIG: join(workspace.scratch, 'docker'),
    },
    account: engine.account ?? workspace.account,
    signal,
    onStderr: (bytes) => progress.write(bytes),
  });
  const said = progress.end();
  if (ended.code !== 0) throw explainBuildkit({ ...said, code: ended.code }, plan);

  const metadata = Metadata.parse(JSON.parse(await readFile(metadataFile, 'utf8')));
  const access = { insecure: execution.insecureRegistries, credential: grant.registry.credential, signal };
  const image = await describeIndex(grant.registry.staging, metadata['containerimage.digest'], access);
  if (image.size_bytes > grant.limits.image_bytes) throw tooLarge(image.size_bytes, grant.limits.image_bytes);
  return { ...image, builder_type: plan.builder };
}

/** The buildctl options of a plan: no secret's value is among them. */
function buildOptions({ plan, view, grant, insecureRegistries }: Execution, folders: Folders): string[] {
  const { registry, build } = grant;
  const insecure = (ref: string) =>
    insecureRegistries.includes(ref.split('/')[0] ?? '') ? ',registry.insecure=true' : '';
  const tag = cacheTag(build.root_directory, plan.builder);
  const option = (name: string, value: string) => ['--opt', `${name}=${value}`];
  return [
    ...['--frontend', 'dockerfile.v0'],
    ...['--local', `context=${view.folder}`],
    ...['--local', `dockerfile=${'path' in plan.dockerfile ? view.folder : folders.dockerfile}`],
    ...option('filename', 'path' in plan.dockerfile ? plan.dockerfile.path : 'Dockerfile'),
    ...(Object.keys(plan.assets).length === 0
      ? []
      : [
          '--local',
          `${ASSETS_CONTEXT}=${folders.assets}`,
          ...option(`context:${ASSETS_CONTEXT}`, `local:${ASSETS_CONTEXT}`),
        ]),
    ...(plan.target === null ? [] : option('target', plan.target)),
    ...Object.entries(plan.buildArgs).flatMap(([name, value]) =>
      option(`build-arg:${buildArgName(name)}`, value),
    ),
    ...option('build-arg:BUILDKIT_CACHE_MOUNT_NS', mountNamespace(grant)),
    ...option('attest:provenance', 'mode=max'),
    ...registry.cache_from.flatMap((ref) => [
      '--import-cache',
      `type=registry,ref=${ref}:${tag}${insecure(ref)}`,
    ]),
    ...(registry.cache_to === null
      ? []
      : [
          '--export-cache',
          `type=registry,ref=${registry.cache_to}:${tag},mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true${insecure(registry.cache_to)}`,
        ]),
    '--output',
    `type=image,name=${registry.staging}:${registry.staging_tag},push=true,oci-mediatypes=true${insecure(registry.staging)}`,
  ];
}

interface Folders {
  readonly dockerfile: string;
  readonly assets: string;
}

/** Writes what the plan brings, and the registry's credential where buildctl looks for it. */
async function writeScratch({ plan, grant, workspace }: Execution): Promise<Folders> {
  const folders = {
    dockerfile: join(workspace.scratch, 'dockerfile'),
    assets: join(workspace.scratch, 'assets'),
  };
  const write = async (path: string, text: string) => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { mode: 0o644 });
  };
  await mkdir(folders.assets, { recursive: true });
  if ('text' in plan.dockerfile) await write(join(folders.dockerfile, 'Dockerfile'), plan.dockerfile.text);
  for (const [name, text] of Object.entries(plan.assets)) await write(join(folders.assets, name), text);
  await writeCredential(join(workspace.scratch, 'docker'), grant, workspace);
  return folders;
}

async function writeCredential(
  folder: string,
  { registry }: BuildGrant,
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

/** One cache for each image of a repository: the cache repository is the repository's already. */
function cacheTag(rootDirectory: string, builder: string): string {
  return `${builder}-${hash(rootDirectory)}`;
}

/**
 * Cache mounts are shared by whoever names them alike on one BuildKit. This name space keeps repositories,
 * and trusted branches and forks, apart: it follows the cache that the build may write. A build that may
 * write none shares with nobody.
 */
function mountNamespace({ registry, build }: BuildGrant): string {
  return hash(
    registry.cache_to ? `${registry.cache_to}\n${build.repository}` : `${build.id} ${build.attempt}`,
  );
}

/** BuildKit takes some build arguments as orders to itself; a repository may not give those. */
function buildArgName(name: string): string {
  if (/^(?!BUILDKIT_)[A-Za-z_][A-Za-z0-9_]*$/i.test(name)) return name;
  throw new BuildFailure('config_invalid', `"${name}" cannot be the name of a variable or build argument.`);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function tooLarge(bytes: number, limit: number): BuildFailure {
  const mib = (count: number) => `${Math.ceil(count / 2 ** 20)} MiB`;
  const message = `The image has ${mib(bytes)} (compressed); the limit is ${mib(limit)}.`;
  return new BuildFailure('image_too_large', `${message} A .dockerignore or a smaller base image may help.`);
}
