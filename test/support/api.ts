import { apiApp } from '#handlers/api/app.ts';
import type { Api, ApiDeps } from '#handlers/api/context.ts';
import { AREAS, aService } from '#test/unit/use-cases/harness.ts';

/** The whole API in memory, on a service of its own unless one is given. */
export function anApi(fields: Partial<ApiDeps> = {}, service = aService()): Api {
  let number = 0;
  const { store = service.store } = fields;
  return apiApp({
    ...service.deps,
    unique: () => `unique-${number++}`,
    refs: { resolve: async () => new Map() },
    clonePolicy: { allow: [] },
    registryPolicy: { allow: [] },
    images: { ...service.deps, store },
    release: AREAS.release,
    provisioned: null,
    ...fields,
  });
}
