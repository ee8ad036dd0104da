import { DEFAULT_CONFIG } from '#core/build-config.ts';
import type { BuildGrant } from '../grant.ts';
import type { ByHandEnv } from './env.ts';
import type { Resolved } from './resolve-ref.ts';

/** By hand nobody else pays for the log or the image. */
export const UNLIMITED = Number.MAX_SAFE_INTEGER;

/** What the environment gives access to: the repository and the registry. There are no build secrets by hand. */
export function accessOf(env: ByHandEnv): Pick<BuildGrant, 'clone' | 'registry' | 'secrets'> {
  const { REPO_CLONE_URL: address, IMAGE_TAG: target, CACHE_IMAGE: cache, GHCR_USER, GHCR_TOKEN } = env;
  const { url, credential } = address;
  return {
    clone: { url, credential: credential && { ...credential, password: credential.password.reveal() } },
    registry: {
      staging: target.image,
      staging_tag: target.tag,
      cache_from: cache === undefined ? [] : [cache],
      cache_to: cache ?? null,
      credential: GHCR_USER && GHCR_TOKEN ? { username: GHCR_USER, password: GHCR_TOKEN.reveal() } : null,
    },
    secrets: {},
  };
}

/** The whole grant, once it is known which commit is meant. */
export function makeGrant(env: ByHandEnv, { commit_sha, ref }: Resolved): BuildGrant {
  const { BUILD_COMMAND: build, START_COMMAND: start } = env;
  return {
    ...accessOf(env),
    build: {
      ...{
        id: env.BUILD_JOB_ID,
        attempt: 1,
        repository: repositoryOf(env.REPO_CLONE_URL.url),
        ref,
        commit_sha,
      },
      ...{
        root_directory: env.ROOT_DIRECTORY,
        builder_type: 'auto',
        trusted: true,
        config: DEFAULT_CONFIG,
        timeout_s: env.BUILD_TIMEOUT_S,
      },
    },
    limits: { image_bytes: UNLIMITED, log_bytes: UNLIMITED },
    commands: { ...(build !== undefined && { build }), ...(start !== undefined && { start }) },
  };
}

/** `owner/name`, as the service calls a repository. */
function repositoryOf(url: string): string {
  return new URL(url).pathname.replace(/\.git\/*$/, '').replace(/^\/+|\/+$/g, '');
}
