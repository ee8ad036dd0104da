import { type Build, type BuildErrorCode, isTerminal } from './build.ts';
import { causeOf, Ended, ranToItsEnd } from './build-stats.ts';
import type { Blame, CacheUse, DomainEvent, DomainEventOf } from './domain-events.ts';

/** Whose fault each error is. What a repository names and somebody else keeps (hosts, base images) is `outside`. */
const BLAME: Readonly<Record<BuildErrorCode, Blame>> = {
  no_builder: 'user',
  config_invalid: 'user',
  path_refused: 'user',
  commit_not_found: 'user',
  clone_failed: 'outside',
  submodule_failed: 'outside',
  lfs_failed: 'outside',
  dockerfile_invalid: 'user',
  base_image_unavailable: 'outside',
  install_failed: 'user',
  build_failed: 'user',
  secret_missing: 'user',
  secret_leaked: 'user',
  image_too_large: 'user',
  registry_unavailable: 'service',
  disk_full: 'user',
  builder_ended: 'service',
  builder_silent: 'service',
  timed_out: 'user',
  submit_refused: 'service',
  team_not_provisioned: 'service',
  cloud_build_failed: 'service',
  digest_mismatch: 'service',
  promotion_failed: 'service',
  internal: 'service',
};

/** A new build: that it was created, and that it ended where nobody has to run it. */
export function eventsOfCreation(build: Build): DomainEvent[] {
  const { origin, trusted, status } = build;
  const delivery_id = origin.kind === 'delivery' ? origin.delivery_id : null;
  const created = { ...about(build), origin: origin.kind, delivery_id, trusted, status } as const;
  return [{ event: 'build_created', ...created }, ...(isTerminal(status) ? [endOf(build, build)] : [])];
}

/** What an event that was applied did to a build, as others may want to know; nothing where it stands where it stood. */
export function eventsOfChange(before: Build, after: Build): DomainEvent[] {
  if (isTerminal(before.status)) return explained(before, after);
  if (before.status === after.status) return [];
  const of = { ...about(after), attempt: after.attempt };
  switch (after.status) {
    case 'queued':
      if (before.status === 'waiting_approval') return [{ event: 'build_approved', ...about(after) }];
      return [{ event: 'build_requeued', ...of }];
    case 'submitting':
      return [claimOf(after)];
    case 'submitted':
      return [{ event: 'build_submitted', ...of, cloud_build_id: after.cloud_build_id }];
    case 'running':
      return [{ event: 'build_started', ...of, start_ms: between(after.submitting_at, after.started_at) }];
    case 'promoting':
      return [{ event: 'build_promoting', ...of }];
    case 'cancelling':
      return [{ event: 'build_cancelling', ...of }];
    case 'waiting_approval':
      return [];
    default:
      return [endOf(before, after)];
  }
}

/** A build that was given a slot. */
export function claimOf(build: Build): DomainEventOf<'build_claimed'> {
  const wait_ms = between(build.queued_at, build.submitting_at);
  return { event: 'build_claimed', ...about(build), attempt: build.attempt, wait_ms };
}

function endOf(before: Build, build: Build): DomainEventOf<'build_ended'> {
  const unapproved = build.status === 'expired' && before.status === 'waiting_approval';
  const cause = unapproved ? 'approval_timeout' : (causeOf(build) ?? (build.reason || null));
  return {
    event: 'build_ended',
    ...about(build),
    attempt: build.attempt,
    status: Ended.parse(build.status),
    cause: cause?.slice(0, 200) ?? null,
    fault: unapproved ? null : blameOf(build),
    wait_ms: between(build.queued_at, build.submitting_at),
    duration_ms: ranToItsEnd(build) ? between(build.submitting_at, build.finished_at) : null,
    cache: cacheUseOf(build),
    builder_type: build.builder_type,
  };
}

/** Only that the cause is another is told: the end was counted with the first one. */
function explained(before: Build, after: Build): DomainEvent[] {
  const [earlier_cause, cause] = [before.error?.code, after.error?.code];
  if (cause === undefined || earlier_cause === undefined || cause === earlier_cause) return [];
  return [{ event: 'build_explained', ...about(after), cause, earlier_cause }];
}

function blameOf({ status, error }: Build): Blame | null {
  if (status === 'succeeded' || status === 'cancelled') return null;
  if (error !== null) return BLAME[error.code];
  return status === 'timed_out' ? 'user' : 'service';
}

function cacheUseOf({ config, result }: Build): CacheUse {
  if (config.cache !== 'on') return 'off';
  const steps = result?.steps;
  if (steps === undefined || steps.total === 0) return 'unknown';
  if (steps.cached === 0) return 'miss';
  return steps.cached === steps.total ? 'hit' : 'partial';
}

function about({ id, team, repository }: Build) {
  return { build_id: id, team, repository: repository.slice(0, 200) };
}

/** Null also where a build went back into the queue, and ended there: it was claimed before it waited again. */
function between(from: number | null, to: number | null): number | null {
  return from === null || to === null || to < from ? null : to - from;
}
