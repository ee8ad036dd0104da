import { z } from 'zod';
import { BuilderType } from '#core/build.ts';
import { MAX_VARIABLES, VARIABLE_NAME, VariableName } from '#core/build-config.ts';
import { CLONE_URL } from '#core/clone-url.ts';
import { MAX_SECRET_BYTES, Platform, SecretName } from '#core/repository.ts';
import { DEFAULT_OVERLAP_S, MAX_OVERLAP_S } from '#core/webhook-secrets.ts';
import { Branch, FullName, RootDirectory, Time, VariablesField } from './common.ts';
import { EXAMPLE } from './examples.ts';

/** An id, or owner/name. */
export const IdParams = z.object({ id: z.string().max(300).meta({ example: EXAMPLE.repository }) });

const CloneUrl = z
  .string()
  .max(2048)
  .regex(CLONE_URL, 'must be an https:// address, without user, query or fragment')
  .meta({ example: 'https://github.com/acme/shop.git' });
const BadgePublic = z
  .boolean()
  .meta({ description: 'whether anybody may see its badge; else it takes a token' });

export const RepositoryBody = z
  .strictObject({
    platform: Platform,
    full_name: FullName,
    clone_url: CloneUrl.optional(),
    default_branch: Branch.default('main'),
    root_directory: RootDirectory.default('.'),
    builder_type: BuilderType.default('auto'),
    badge_public: BadgePublic.default(false),
  })
  .meta({ example: { platform: 'github', full_name: 'acme/site' } });

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
    accepted_until: Time.nullable().meta({ description: 'null: until it is rotated' }),
  })
  .meta({ id: 'WebhookSecret' });

export const RepositoryView = z
  .object({
    id: z.string(),
    platform: Platform,
    full_name: z.string(),
    clone_url: z.string(),
    default_branch: z.string(),
    root_directory: z.string(),
    builder_type: BuilderType,
    image_name: z.string().meta({ description: 'the path of its images in a registry' }),
    secret_names: z.array(z.string()),
    webhook_secrets: z.array(WebhookSecretView),
    webhook_url: z.string().nullable().meta({
      description: 'where the git host sends its events; null: the installation does not say',
      example: 'https://hooks.example.com/v1/webhooks/github/events',
    }),
    badge_public: BadgePublic,
    created_at: Time,
  })
  .meta({ id: 'Repository' });

/** A webhook secret itself: in the answers that make one, and in no other. */
const ShownSecret = z.string().meta({ description: 'for the webhook at the git host; shown here only' });

export const ConnectedView = RepositoryView.extend({ webhook_secret: ShownSecret }).meta({
  id: 'ConnectedRepository',
});

export const RotateBody = z.strictObject({
  overlap_s: z
    .int()
    .min(0)
    .max(MAX_OVERLAP_S)
    .default(DEFAULT_OVERLAP_S)
    .meta({ description: 'for how long the older secrets stay good (s)' }),
});

export const RotatedView = z
  .object({ webhook_secret: ShownSecret, webhook_secrets: z.array(WebhookSecretView) })
  .meta({ id: 'RotatedWebhookSecret' });

/** Build-time (ARG) and run-time (ENV) variables. */
export const VariablesBody = z.strictObject({ build: VariablesField, run: VariablesField });
/** As many as there can be, and as many new ones. */
const MAX_CHANGES = 2 * MAX_VARIABLES;
const VariablesChange = z
  .record(VariableName, z.string().max(32_768).nullable())
  .refine((changes) => Object.keys(changes).length <= MAX_CHANGES, `may be ${MAX_CHANGES} at most`)
  .meta({
    description: 'a value sets a variable, null removes it',
    propertyNames: { pattern: VARIABLE_NAME.source },
    maxProperties: MAX_CHANGES,
  });
export const VariablesPatchBody = z.strictObject({
  build: VariablesChange.optional(),
  run: VariablesChange.optional(),
});
const VariableValues = z.record(z.string(), z.string());
export const VariablesView = z
  .object({ build: VariableValues, run: VariableValues })
  .meta({ id: 'Variables' });

export const SecretBody = z.strictObject({
  value: z
    .string()
    .min(1)
    .refine((value) => Buffer.byteLength(value) <= MAX_SECRET_BYTES, 'may have 64 KiB at most')
    .meta({ example: 'npm_0123456789' }),
});

export const SecretParams = IdParams.extend({ name: SecretName.meta({ example: EXAMPLE.secret }) });

export const SecretView = z
  .object({
    name: z.string(),
    created_at: Time,
    updated_at: Time.nullable().meta({
      description: 'when its value was last kept; null: it has none yet, set it again',
    }),
  })
  .meta({ id: 'Secret' });

export const RepositoryList = z.object({
  repositories: z.array(RepositoryView),
  next_cursor: z.string().nullable(),
});

export const SecretList = z.object({ secrets: z.array(SecretView), next_cursor: z.null() });
