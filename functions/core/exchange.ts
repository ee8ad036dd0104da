import { z } from 'zod';
import { BuilderType } from './build.ts';
import { BuildConfig } from './build-config.ts';
import { BUILD_ID } from './ids.ts';

/** What a builder sends to the exchange, with the identity token of its account as bearer. */
export const ExchangeRequest = z.object({
  version: z.literal(1),
  build_id: z.string().regex(BUILD_ID),
  attempt: z.int().positive().max(9999),
  token: z.string().max(256),
  cloud_build_id: z.string().regex(/^[A-Za-z0-9-]{1,128}$/),
});
export type ExchangeRequest = z.infer<typeof ExchangeRequest>;

const Credential = z.object({ username: z.string(), password: z.string() });

/**
 * What the exchange answers: all that a build needs, and every secret of it. It exists in memory and on
 * this one connection only. Paths of images are `host/path`, without tag.
 */
export const ExchangeGrant = z.object({
  version: z.literal(1),
  build: z.object({
    id: z.string(),
    attempt: z.int(),
    repository: z.string(),
    ref: z.string().nullable(),
    commit_sha: z.string(),
    root_directory: z.string(),
    builder_type: BuilderType,
    /** Whether its code is the team's own; else the clone credential is for the repository itself only. */
    trusted: z.boolean(),
    timeout_s: z.int(),
    config: BuildConfig,
  }),
  clone: z.object({ url: z.string(), credential: Credential.nullable() }),
  registry: z.object({
    /** Where the image goes: `host/path`, and the tag under which it is believed. */
    staging: z.string(),
    staging_tag: z.string(),
    /** Cache repositories: what to read, in order, and where to write (null: nowhere). */
    cache_from: z.array(z.string()),
    cache_to: z.string().nullable(),
    credential: Credential.nullable(),
  }),
  /** Build secrets by name. */
  secrets: z.record(z.string(), z.string()),
  /** Signs the attempt's events and log chunks (`signBody`). */
  event_key: z.string(),
  topics: z.object({ events: z.string(), logs: z.string() }),
  /** Where a builder that cannot publish says how it stands (`core/callback.ts`), and the token that signs it. */
  callback: z.object({ url: z.string(), token: z.string() }),
  limits: z.object({ image_bytes: z.int(), log_bytes: z.int() }),
});
export type ExchangeGrant = z.infer<typeof ExchangeGrant>;
