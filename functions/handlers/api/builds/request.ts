import type { z } from 'zod';
import type { BuildBody } from '#core/api/build-body.ts';
import type { BuildRequest } from '#use-cases/create-build.ts';

/** What the body asks for, in the domain's words. */
export function requestOf(body: z.infer<typeof BuildBody>): BuildRequest {
  const { repository_id: _, build_config, ...target } = body;
  if (build_config === undefined) return target;
  const { environment, build_args, cache, platforms, nixpacks_version = null } = build_config;
  return {
    ...target,
    config: { environment, build_args, cache, platforms, nixpacks_version },
    timeout_s: build_config.build_timeout,
    image_name: build_config.image_name,
    registry: build_config.registry_url,
  };
}
