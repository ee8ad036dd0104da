import { z } from 'zod';
import { BuilderType } from '#core/build.ts';
import { MAX_VARIABLES, VARIABLE_NAME, VariableName } from '#core/build-config.ts';
import { BuildRules } from '#core/build-rules.ts';
import { CLONE_URL } from '#core/clone-url.ts';
import { ConnectedWebhook, MAX_SECRET_BYTES, Platform, Repository, SecretName } from '#core/repository.ts';
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

/** A token of a git host's: what is sent in a header, so no blanks (the hosts' own are shorter than 1,000). */
const HostToken = z
  .string()
  .max(4096)
  .regex(/^[\x21-\x7e]+$/, 'must be a token, without blanks')
  .meta({
    description: 'a token of yours for the git host; it is kept, and never shown again',
    example: 'glpat-0123456789abcdef',
  });
const Rules = BuildRules.meta({
  id: 'BuildRules',
  description: 'what its pushes mean; what is left out is as the documentation of the rules says',
});

export const RepositoryBody = z
  .strictObject({
    platform: Platform,
    full_name: FullName,
    clone_url: CloneUrl.optional(),
    default_branch: Branch.optional().meta({ description: 'left out: as the git host says' }),
    root_directory: RootDirectory.default('.'),
    builder_type: BuilderType.default('auto'),
    badge_public: BadgePublic.default(false),
    token: HostToken.optional(),
    rules: Rules.default({}),
    webhook: z
      .enum(['auto', 'manual'])
      .default('auto')
      .meta({ description: 'auto: it is made at the git host; manual: you make it there' }),
  })
  .meta({ example: { platform: 'github', full_name: 'acme/site' } });

export const RepositoryPatch = z.strictObject({
  clone_url: CloneUrl.optional(),
  default_branch: Branch.optional(),
  root_directory: RootDirectory.optional(),
  builder_type: BuilderType.optional(),
  badge_public: BadgePublic.optional(),
  rules: Rules.nullable().optional().meta({ description: 'all of them; null: none any more' }),
});

export const WebhookBody = z.strictObject({ token: HostToken.optional() });

const WebhookView = z
  .object({
    state: ConnectedWebhook.shape.state.meta({
      description:
        'waiting: nothing came through it yet; working: something did; manual: you have to make it; lost: the host took our access away',
    }),
    why: z.string().nullable().meta({ description: 'why it is so, where there is more to say' }),
    set_up_at: Time.nullable().meta({ description: 'when it was last made or repaired; null: not by us' }),
    heard_at: Time.nullable().meta({ description: 'when something last came through it, to the hour' }),
  })
  .meta({ id: 'RepositoryWebhook' });

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
    credential: Repository.shape.credential.meta({
      description:
        'what is shown at the git host: a token of your own, what the installation has, or nothing',
    }),
    webhook: WebhookView,
    rules: Rules,
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
  .object({
    webhook_secret: ShownSecret,
    webhook_secrets: z.array(WebhookSecretView),
    webhook: WebhookView.meta({ description: 'whether the git host was told, where the webhook is ours' }),
  })
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
