import { z } from '@hono/zod-openapi';
import { BuilderType } from '#core/build.ts';
import { VariableName, Variables } from '#core/build-config.ts';
import { MAX_SECRET_BYTES, Platform, SecretName } from '#core/repository.ts';
import { DEFAULT_OVERLAP_S, MAX_OVERLAP_S } from '#core/webhook-secrets.ts';
import { Branch, FullName, RootDirectory, Time } from '../schemas.ts';

/** An id, or owner/name. */
export const IdParams = z.object({ id: z.string().max(300) });

const CloneUrl = z.string().min(1).max(2048);
const BadgePublic = z
  .boolean()
  .openapi({ description: 'whether anybody may see its badge; else it takes a token' });

export const RepositoryBody = z.strictObject({
  platform: Platform,
  full_name: FullName,
  clone_url: CloneUrl.optional(),
  default_branch: Branch.default('main'),
  root_directory: RootDirectory.default('.'),
  builder_type: BuilderType.default('auto'),
  badge_public: BadgePublic.default(false),
});

export const RepositoryPatch = z.strictObject({
  clone_url: CloneUrl.optional(),
  default_branch: Branch.optional(),
  root_directory: RootDirectory.optional(),
  builder_type: BuilderType.optional(),
  badge_public: BadgePublic.optional(),
});

const WebhookSecretView = z
  .object({
    generation: z.int(),
    created_at: Time,
    accepted_until: Time.nullable().openapi({ description: 'null: until it is rotated' }),
  })
  .openapi('WebhookSecret');

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
    secret_names: z.array(z.string()),
    webhook_secrets: z.array(WebhookSecretView),
    badge_public: BadgePublic,
    created_at: Time,
  })
  .openapi('Repository');

/** A webhook secret itself: in the answers that make one, and in no other. */
const ShownSecret = z.string().openapi({ description: 'for the webhook at the git host; shown here only' });

export const ConnectedView = RepositoryView.extend({ webhook_secret: ShownSecret }).openapi(
  'ConnectedRepository',
);

export const RotateBody = z.strictObject({
  overlap_s: z
    .int()
    .min(0)
    .max(MAX_OVERLAP_S)
    .default(DEFAULT_OVERLAP_S)
    .openapi({ description: 'for how long the older secrets stay good (s)' }),
});

export const RotatedView = z
  .object({ webhook_secret: ShownSecret, webhook_secrets: z.array(WebhookSecretView) })
  .openapi('RotatedWebhookSecret');

/** Build-time (ARG) and run-time (ENV) variables. */
export const VariablesBody = z.strictObject({ build: Variables, run: Variables });
const VariablesChange = z
  .record(VariableName, z.string().max(32_768).nullable())
  .refine((changes) => Object.keys(changes).length <= 200, 'may be 200 at most')
  .openapi({ description: 'a value sets a variable, null removes it' });
export const VariablesPatchBody = z.strictObject({
  build: VariablesChange.optional(),
  run: VariablesChange.optional(),
});
const VariableValues = z.record(z.string(), z.string());
export const VariablesView = z.object({ build: VariableValues, run: VariableValues }).openapi('Variables');

export const SecretBody = z.strictObject({
  value: z
    .string()
    .min(1)
    .refine((value) => Buffer.byteLength(value) <= MAX_SECRET_BYTES, 'may have 64 KiB at most'),
});

export const SecretParams = IdParams.extend({ name: SecretName });

export const SecretView = z
  .object({
    name: z.string(),
    created_at: Time,
    updated_at: Time.nullable().openapi({
      description: 'when its value was last kept; null: it has none yet, set it again',
    }),
  })
  .openapi('Secret');
