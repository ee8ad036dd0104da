import { apiApp } from '#handlers/api/app.ts';
import type { Api, ApiDeps } from '#handlers/api/context.ts';
import { aHost, aService } from '#test/unit/use-cases/harness.ts';

/** The whole API in memory. */
export function anApi(fields: Partial<ApiDeps> = {}): Api {
  let number = 0;
  const service = aService();
  return apiApp({
    ...service.deps,
    unique: () => `unique-${number++}`,
    refs: { resolve: async () => new Map() },
    hosts: { github: aHost() },
    clonePolicy: { allow: [] },
    images: { ...service.deps, ...(fields.store && { store: fields.store }) },
    registryPolicy: { allow: [] },
    release: 'registry/release',
    ...fields,
  });
}
