import type { z } from 'zod';
import type { Build } from '#core/build.ts';
import { promote } from '#use-cases/promote.ts';
import { common } from './common.ts';
import type { RecorderEnv } from './env.ts';
import { registryAccess, releaseRegistries } from './registries.ts';
import { cloudBuildsOf } from './wiring.ts';

/** What `record`, `callback` and `sweep` share: everything that can follow from an event of a build. */
export function recorder(env: z.infer<typeof RecorderEnv>) {
  const base = { ...common(env), cloudBuilds: cloudBuildsOf(env) };
  const promotion = {
    ...base,
    ...releaseRegistries(env, registryAccess(env, base.store)),
    paths: { staging: env.REGISTRY_STAGING, release: env.REGISTRY_RELEASE },
  };
  return { ...promotion, promote: (build: Build) => promote(promotion, build) };
}
