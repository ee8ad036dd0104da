import { z } from 'zod';
import { MAX_REGISTRY_URL, REGISTRY_URL, RegistryCredential, RegistryKind } from '#core/registry.ts';
import { Time } from './common.ts';
import { EXAMPLE } from './examples.ts';

export const RegistryParams = z.object({ id: z.string().max(64).meta({ example: EXAMPLE.registry }) });

export const RegistryBody = z.strictObject({
  kind: RegistryKind,
  url: z
    .string()
    .max(MAX_REGISTRY_URL)
    .regex(REGISTRY_URL, 'must be host/path, in lower case, without https://')
    .meta({
      description: 'host/path, without https://: what the names of its images start with',
      example: 'ghcr.io/acme',
    }),
  credential: RegistryCredential.optional(),
});

export const CredentialBody = z
  .strictObject(RegistryCredential.shape)
  .meta({ example: { username: 'acme-builds', password: 'ghp_0123456789' } });

export const RegistryView = z
  .object({
    id: z.string(),
    kind: RegistryKind,
    url: z.string(),
    credential_set_at: Time.nullable().meta({ description: 'null: it has no credential yet' }),
    created_at: Time,
  })
  .meta({ id: 'Registry' });

export const RegistryList = z.object({ registries: z.array(RegistryView), next_cursor: z.null() });
