import { z } from '@hono/zod-openapi';
import { BuilderType } from '#core/build.ts';
import { MAX_SECRET_BYTES, Platform, SecretName } from '#core/repository.ts';
import { EXAMPLE } from '../examples.ts';
import { Branch, FullName, RootDirectory, Time } from '../schemas.ts';

export const RepositoryBody = z
  .strictObject({
    platform: Platform,
    full_name: FullName,
    clone_url: z.string().max(2048).optional(),
    default_branch: Branch.default('main'),
    root_directory: RootDirectory.default('.'),
    builder_type: BuilderType.default('auto'),
  })
  .openapi({ example: { platform: 'github', full_name: 'acme/site' } });

export const RepositoryView = z
  .object({
    id: z.string(),
    platform: Platform,
    full_name: z.string(),
    clone_url: z.string(),
    default_branch: z.string(),
    root_directory: z.string(),
    builder_type: BuilderType,
    image_name: z.string().openapi({ description: 'the path of its images in a registry' }),
    variables: z.object({
      build: z.record(z.string(), z.string()),
      run: z.record(z.string(), z.string()),
    }),
    secret_names: z.array(z.string()),
    created_at: Time,
  })
  .openapi('Repository');

export const SecretBody = z.strictObject({
  value: z
    .string()
    .min(1)
    .refine((value) => Buffer.byteLength(value) <= MAX_SECRET_BYTES, 'may have 64 KiB at most')
    .openapi({ example: 'npm_0123456789' }),
});

export const SecretParams = z.object({
  id: z.string().max(300).openapi({ example: EXAMPLE.repository }),
  name: SecretName.meta({ example: EXAMPLE.secret }),
});
