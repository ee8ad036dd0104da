import { z } from '@hono/zod-openapi';
import { RegistryCredential, RegistryKind } from '#core/registry.ts';
import { Time } from '../schemas.ts';

export const RegistryParams = z.object({ id: z.string().max(64) });

export const RegistryBody = z.strictObject({
  kind: RegistryKind,
  url: z.string().max(200).openapi({
    description: 'host/path, without https://: what the names of its images start with',
    example: 'ghcr.io/acme',
  }),
  credential: RegistryCredential.optional(),
});

export const CredentialBody = RegistryCredential;

export const RegistryView = z
  .object({
    id: z.string(),
    kind: RegistryKind,
    url: z.string(),
    credential_set_at: Time.nullable().openapi({ description: 'null: it has no credential yet' }),
    created_at: Time,
  })
  .openapi('Registry');
