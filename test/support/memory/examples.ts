import { type Build, BuildResult } from '#core/build.ts';
import { DEFAULT_CONFIG } from '#core/build-config.ts';
import type { DeadLetter } from '#core/dead-letter.ts';
import type { Delivery, PushEvent } from '#core/delivery.ts';
import { type DeviceGrant, GRANT_MS } from '#core/device-grant.ts';
import type { LogChunk } from '#core/events.ts';
import { buildIdFresh, connectionId, registryId, repositoryId, tokenIdOf } from '#core/ids.ts';
import type { Member } from '#core/member.ts';
import type { TeamRegistry } from '#core/registry.ts';
import { NO_WEBHOOK, type Repository } from '#core/repository.ts';
import type { Destination } from '#core/tags.ts';
import { DEFAULT_LIMITS, type Team } from '#core/team.ts';
import type { ApiToken } from '#core/token.ts';
import { firstWebhookSecrets } from '#core/webhook-secrets.ts';

/** A time to count from in tests: 2026-01-01T00:00:00Z in ms. */
export const T0 = 1_767_225_600_000;

/** A commit id that is all one hex digit. */
export const sha = (digit: string): string => digit.repeat(40);

/** A digest that is all one hex digit. */
export const digestOf = (digit: string): string => `sha256:${digit.repeat(64)}`;

/** A result whose index has this digest. */
export const aResult = (digest = digestOf('d')): BuildResult =>
  BuildResult.parse({
    index_digest: digest,
    manifests: [{ platform: 'linux/amd64', manifest_digest: digestOf('e') }],
    size_bytes: 1_000,
    builder_type: 'nixpacks',
  });

/** The team `acme` unless said otherwise, without limits. */
export function aTeam(fields: Partial<Team> = {}): Team {
  const id = fields.id ?? 'acme';
  return {
    version: 1,
    id,
    name: id,
    registry_prefix: id,
    limits: DEFAULT_LIMITS,
    operates: false,
    created_at: T0,
    ...fields,
  };
}

/** A registry of team `acme`'s own, without a credential. */
export function aRegistry(fields: Partial<TeamRegistry> = {}): TeamRegistry {
  const { team = 'acme', url = 'ghcr.io/acme' } = fields;
  const id = registryId(team, url);
  return { version: 1, id, team, kind: 'ghcr', url, credential_at: null, created_at: T0, ...fields };
}

/** A viewer of `acme`, unless said otherwise. */
export function aMember(email: string, fields: Partial<Member> = {}): Member {
  return {
    version: 1,
    team: 'acme',
    email,
    role: 'viewer',
    added_by: 'admin@acme.example',
    created_at: T0,
    ...fields,
  };
}

/** An admin's token of `acme` that no person made, good for ever, unless said otherwise. */
export function aToken(hash: string, fields: Partial<ApiToken> = {}): ApiToken {
  const id = fields.id ?? tokenIdOf(hash);
  return {
    version: 1,
    id,
    hash,
    team: 'acme',
    name: id,
    role: 'admin',
    scopes: null,
    owner: id,
    parent: null,
    signs_in: false,
    created_at: T0,
    expires_at: null,
    revoked_at: null,
    last_used_at: null,
    ...fields,
  };
}

/** A terminal that wants to be signed in, for ten minutes from T0, unless said otherwise. */
export function aDeviceGrant(id: string, fields: Partial<DeviceGrant> = {}): DeviceGrant {
  return {
    version: 1,
    id,
    device_hash: 'hash of the device code',
    client: 'bitflow on laptop',
    from: '203.0.113.7',
    created_at: T0,
    expires_at: T0 + GRANT_MS,
    state: { status: 'pending' },
    ...fields,
  };
}

/** A connected repository, `acme/shop` of team `acme` unless said otherwise. */
export function aRepository(fields: Partial<Repository> = {}): Repository {
  const fullName = fields.full_name ?? 'acme/shop';
  return {
    version: 1,
    id: repositoryId('github', fullName),
    connection_id: connectionId(fullName),
    team: 'acme',
    platform: 'github',
    full_name: fullName,
    host_id: null,
    credential: 'installation',
    webhook: NO_WEBHOOK,
    rules: {},
    clone_url: `https://github.com/${fullName}.git`,
    default_branch: 'main',
    root_directory: '.',
    builder_type: 'auto',
    image_name: fullName,
    variables: { build: {}, run: {} },
    secrets: {},
    webhook_secrets: firstWebhookSecrets(T0),
    badge_public: false,
    created_at: T0,
    ...fields,
  };
}

/** Where an image of team `acme` is released to: the installation's registry, unless said otherwise. */
export function aDestination(name: string, fields: Partial<Destination> = {}): Destination {
  return { team: 'acme', registry: null, name, ...fields };
}

/** Where the images of `aBuild` are released to. */
export const SHOP = aDestination('acme/shop');

/** A queued build of `acme/shop`; `name` makes its id. */
export function aBuild(name: string, fields: Partial<Build> = {}): Build {
  return {
    version: 1,
    id: buildIdFresh(name),
    team: 'acme',
    pool: 'default',
    repository_id: repositoryId('github', 'acme/shop'),
    connection_id: connectionId('acme/shop'),
    repository: 'acme/shop',
    origin: { kind: 'delivery', delivery_id: 'd-1' },
    ref: 'refs/heads/main',
    commit_sha: sha('a'),
    before_sha: null,
    pushed_at: T0,
    order: null,
    image: { registry: null, name: 'acme/shop', tags: ['main-auto-aaaaaaa', 'latest'] },
    pull_request: null,
    trusted: true,
    concurrency: null,
    expires_at: null,
    config: DEFAULT_CONFIG,
    machine_type: null,
    retry_of: null,
    requested_builder: 'auto',
    root_directory: '.',
    timeout_s: 1800,
    queue_ttl_s: 3600,
    status: 'queued',
    reason: null,
    superseded_by: null,
    error: null,
    attempt: 0,
    cloud_build_id: null,
    bound: false,
    callbacks: [],
    builder_type: null,
    stages: [],
    result: null,
    moved_tags: [],
    last_log_chunk: null,
    effects: [],
    created_at: T0,
    queued_at: T0,
    submitting_at: null,
    started_at: null,
    promoting_at: null,
    finished_at: null,
    updated_at: T0,
    ...fields,
  };
}

/** A push to `main` of `acme/shop`, as a delivery that was just received. */
export function aDelivery(
  id: string,
  event: Partial<PushEvent> = {},
  fields: Partial<Delivery> = {},
): Delivery {
  return {
    version: 1,
    id,
    platform: 'github',
    event: {
      kind: 'push',
      repository: 'acme/shop',
      host_id: null,
      message: null,
      ref: 'refs/heads/main',
      before_sha: sha('0'),
      commit_sha: sha('a'),
      pushed_at: T0,
      ...event,
    },
    trust: 'body',
    headers: {},
    replay_of: null,
    received_at: T0,
    verdict: 'received',
    reason: null,
    build_ids: [],
    team: null,
    repository_id: null,
    decided_at: null,
    ...fields,
  };
}

/** A log chunk of one line. */
export function aChunk(buildId: string, chunk: number, text = `line ${chunk}`, attempt = 1): LogChunk {
  const lines = [{ seq: chunk, at: T0, stage: 'build', text }];
  return { version: 1, build_id: buildId, attempt, cloud_build_id: 'cb-1', chunk, lines };
}

/** A wake-up of `intake` that was given up, of team `acme`. */
export function aDeadLetter(id: string, fields: Partial<DeadLetter> = {}): DeadLetter {
  return {
    version: 1,
    id,
    topic: 'deliveries',
    function: 'intake',
    message_id: '7',
    reason: 'the store is not available',
    data: Buffer.from('{"version": 1}').toString('base64'),
    size_bytes: 14,
    attributes: { signature: 'abc' },
    attempts: 20,
    team: 'acme',
    build_id: null,
    kept_at: T0,
    replayed_at: null,
    replays: 0,
    ...fields,
  };
}
