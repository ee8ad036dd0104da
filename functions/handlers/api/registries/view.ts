import type { z } from '@hono/zod-openapi';
import { iso, isoOrNull } from '#core/api/common.ts';
import type { RegistryView } from '#core/api/registries.ts';
import type { TeamRegistry } from '#core/registry.ts';

/** A team's registry as callers see it: never its credential. */
export function registryView(registry: TeamRegistry): z.infer<typeof RegistryView> {
  const { id, kind, url, credential_at, created_at } = registry;
  return { id, kind, url, credential_set_at: isoOrNull(credential_at), created_at: iso(created_at) };
}
