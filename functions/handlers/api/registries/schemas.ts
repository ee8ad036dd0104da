import { z } from '@hono/zod-openapi';
import { MAX_REGISTRY_URL, REGISTRY_URL, RegistryCredential, RegistryKind } from '#core/registry.ts';
import { EXAMPLE } from '../examples.ts';
import { Time } from '../schemas.ts';

export const RegistryParams = z.object({ id: z.string().max(64).openapi({ example: EXAMPLE.registry }) });

export const RegistryBody = z.strictObject({
  kind: RegistryKind,
  url: z
    .string()
    .max(MAX_REGISTRY_URL)
    .regex(REGISTRY_URL, 'must be host/path, in lower case, without https://')
    .openapi({
      description: 'host/path, without https://: what the names of its images start with',
      example: 'ghcr.io/acme',
    }),
  credential: RegistryCredential.optional(),
});

export const CredentialBody = z
  .strictObject(RegistryCredential.shape)
  .openapi({ example: { username: 'acme-builds', password: 'ghp_0123456789' } });

export const RegistryView = z
  .object({
    id: z.string(),
    kind: RegistryKind,
    url: z.string(),
    credential_set_at: Time.nullable().openapi({ description: 'null: it has no credential yet' }),
    created_at: Time,
  })
  .openapi('Registry');
