import { createHash } from 'node:crypto';
import { ASSETS_CONTEXT, type BuildPlan } from './builders/builder.ts';
import { BuildFailure } from './failure.ts';
import type { BuildGrant } from './grant.ts';
import type { Scratch } from './scratch.ts';
import type { CheckoutView } from './view.ts';

export interface OptionsInput {
  readonly plan: BuildPlan;
  readonly view: CheckoutView;
  readonly grant: BuildGrant;
  /** Registries that are spoken to over http, `host:port`. */
  readonly insecureRegistries: readonly string[];
}

/** A cache of every step's layers. (`mode=min` would not do for fewer: it takes all that exist already.) */
const CACHE_FORMAT = 'mode=max,image-manifest=true,oci-mediatypes=true';

/** The buildctl options of a plan, wherever the image goes: no secret's value is among them. */
export function buildOptions(input: OptionsInput, scratch: Scratch): string[] {
  const { plan, view, grant } = input;
  const option = (name: string, value: string) => ['--opt', `${name}=${value}`];
  return [
    ...['--frontend', 'dockerfile.v0'],
    ...['--local', `context=${view.folder}`],
    ...['--local', `dockerfile=${plan.dockerfile.path === null ? scratch.dockerfile : view.folder}`],
    ...option('filename', plan.dockerfile.path ?? 'Dockerfile'),
    ...(Object.keys(plan.assets).length === 0
      ? []
      : [
          '--local',
          `${ASSETS_CONTEXT}=${scratch.assets}`,
          ...option(`context:${ASSETS_CONTEXT}`, `local:${ASSETS_CONTEXT}`),
        ]),
    ...(plan.target === null ? [] : option('target', plan.target)),
    ...Object.entries(plan.buildArgs).flatMap(([name, value]) =>
      option(`build-arg:${buildArgName(name)}`, value),
    ),
    ...option('build-arg:BUILDKIT_CACHE_MOUNT_NS', mountNamespace(grant)),
    ...option('attest:provenance', 'mode=max'),
    ...grant.registry.cache_from.flatMap((ref) => [
      '--import-cache',
      `type=registry,ref=${ref}:${cacheTag(input)}${insecure(input, ref)}`,
    ]),
  ];
}

/** Has every step done anew, also where BuildKit itself still has it. */
export function anew({ grant }: OptionsInput): string[] {
  return grant.build.config.cache === 'on' ? [] : ['--no-cache'];
}

/** Writes the image into a folder of this machine, and beside it all that a cache of it would keep. */
export function toLayout({ grant }: OptionsInput, { layout }: Scratch): string[] {
  return [
    ...['--output', `type=oci,dest=${layout},tar=false`],
    ...(grant.registry.cache_to === null
      ? []
      : ['--export-cache', `type=local,dest=${layout},tag=cache,${CACHE_FORMAT}`]),
  ];
}

/** Pushes the image to staging, and the build's cache where it may be kept. */
export function toStaging(input: OptionsInput, keepsCache: boolean): string[] {
  const { registry } = input.grant;
  const cache = keepsCache ? registry.cache_to : null;
  return [
    ...(cache === null
      ? []
      : [
          '--export-cache',
          `type=registry,ref=${cache}:${cacheTag(input)},${CACHE_FORMAT},ignore-error=true${insecure(input, cache)}`,
        ]),
    '--output',
    `type=image,name=${registry.staging}:${registry.staging_tag},push=true,oci-mediatypes=true${insecure(input, registry.staging)}`,
  ];
}

function insecure({ insecureRegistries }: OptionsInput, ref: string): string {
  return insecureRegistries.includes(ref.split('/')[0] ?? '') ? ',registry.insecure=true' : '';
}

/** One cache for each image of a repository: the cache repository is the repository's already. */
function cacheTag({ plan, grant }: OptionsInput): string {
  return `${plan.builder}-${hash(grant.build.root_directory)}`;
}

/**
 * Cache mounts are shared by whoever names them alike on one BuildKit. This name space keeps repositories,
 * and trusted branches and forks, apart: it follows the cache that the build may write. A build that may
 * write none, or is to read nothing that is there, shares with nobody.
 */
function mountNamespace({ registry, build }: BuildGrant): string {
  return hash(
    registry.cache_to && build.config.cache === 'on'
      ? `${registry.cache_to}\n${build.repository}`
      : `${build.id} ${build.attempt}`,
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
