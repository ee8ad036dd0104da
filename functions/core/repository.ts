import { z } from 'zod';
import { BuilderType } from './build.ts';
import { Variables } from './build-config.ts';
import { BuildRules } from './build-rules.ts';
import { isFullName, isInnerPath, isShortRefName } from './git-names.ts';
import { WebhookSecrets } from './webhook-secrets.ts';

/** The git hosts there are; each is a folder in adapters/git-hosts/. */
export const Platform = z.enum(['github', 'gitlab', 'gitee']);
export type Platform = z.infer<typeof Platform>;

/** A secret's name becomes an environment variable of RUN steps (POSIX name, upper case). */
export const SecretName = z
  .string()
  .regex(
    /^[A-Z][A-Z0-9_]{0,63}$/,
    'must be upper-case letters, digits and _, starting with a letter, at most 64',
  );

/** The largest secret: what Secret Manager keeps in one version (64 KiB). */
export const MAX_SECRET_BYTES = 65_536;

/** What is known of a build secret beside its name; its value is in Secret Manager only. Times are ms since the epoch. */
const KnownSecret = z.object({
  created_at: z.int(),
  /** When a value was last kept; null: none was yet, whoever set it did not get so far. */
  updated_at: z.int().nullable(),
});

/** What is known of a repository's webhook at its host. Times are ms since the epoch. */
export const ConnectedWebhook = z.object({
  /**
   * `waiting`: it is there, and nothing came through it yet. `working`: something did. `manual`: somebody has to make
   * it. `lost`: the host took our access away, renamed the repository or the like; `why` says it.
   */
  state: z.enum(['waiting', 'working', 'manual', 'lost']),
  /** The host's id of it; null: we made none. */
  hook_id: z.string().nullable(),
  why: z.string().nullable(),
  /** When somebody last began to make or repair it at the host; null: nothing of ours is there. */
  set_up_at: z.int().nullable(),
  /** What the default branch pointed to then: a host without a ping tries the webhook by a push of that. */
  head_at_set_up: z.string().nullable().optional(),
  /** When a delivery last came that it signed. Coarse: not every one is noted. */
  heard_at: z.int().nullable(),
});
export type ConnectedWebhook = z.infer<typeof ConnectedWebhook>;

/** The webhook of a repository for which nobody made one yet. */
export const NO_WEBHOOK: ConnectedWebhook = {
  state: 'manual',
  hook_id: null,
  why: null,
  set_up_at: null,
  heard_at: null,
};

/** Whether there is a webhook of ours at the host, or may be: whoever made it may have died before they noted its id. */
export function hasWebhook({ hook_id, set_up_at }: ConnectedWebhook): boolean {
  return hook_id !== null || set_up_at !== null;
}

/** A connected repository. */
export const Repository = z.object({
  version: z.literal(1),
  /** From its host and name: the same for whoever connects it, and again after it was disconnected. */
  id: z.string(),
  /**
   * New each time that it is connected. What belongs to one connection (secrets, webhook secrets, builds under
   * way) carries it, so that nothing of an earlier one is ever taken for this one's.
   */
  connection_id: z.string(),
  team: z.string(),
  platform: Platform,
  full_name: z.string().refine(isFullName),
  /** The host's own id of it, which stays when it is renamed; null: the host was not asked. */
  host_id: z.string().nullable(),
  /** What we show at the host: a token of its own (in Secret Manager), what the installation has, or nothing. */
  credential: z.enum(['own', 'installation', 'none']),
  webhook: ConnectedWebhook,
  /** What its pushes mean; its `bitflow.toml` may say otherwise. */
  rules: BuildRules,
  clone_url: z.string(),
  default_branch: z.string().refine(isShortRefName),
  root_directory: z.string().refine(isInnerPath),
  builder_type: BuilderType,
  /** The path of its images in a registry, the team's prefix first. */
  image_name: z.string(),
  /** What its builds' commands see (ARG), and what its images have (ENV): kept apart. No secrets. */
  variables: z.object({ build: Variables, run: Variables }),
  /** The build secrets by name. */
  secrets: z.record(SecretName, KnownSecret),
  /** The webhook secrets that are its own, the newest last. */
  webhook_secrets: WebhookSecrets,
  /** Whether anybody may see its badge; else it takes a token like all else. */
  badge_public: z.boolean(),
  created_at: z.int(),
});
export type Repository = z.infer<typeof Repository>;

/** One connection of a repository: all that it takes to touch this one and no later one. */
export type Connection = Pick<Repository, 'id' | 'connection_id'>;

/** The names of a repository's build secrets, in order. */
export function secretNames(repository: Pick<Repository, 'secrets'>): string[] {
  return Object.keys(repository.secrets).toSorted();
}

/** Where a repository's own token for its host is kept in Secret Manager: no build secret's name is lower case. */
export function hostTokenId(connectionId: string): string {
  return `bitflow-${connectionId}-host-token`;
}

/** Where a build secret is kept in Secret Manager: an id within its grammar `[A-Za-z0-9_-]{1,255}`. */
export function secretId(connectionId: string, name: string): string {
  return `bitflow-${connectionId}-${name}`;
}
