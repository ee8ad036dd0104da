import type { z } from '@hono/zod-openapi';
import type { Build } from '#core/build.ts';
import { type DeadLetter, isReplayable } from '#core/dead-letter.ts';
import type { Delivery } from '#core/delivery.ts';
import { parseRef } from '#core/git-names.ts';
import type { Repository } from '#core/repository.ts';
import type { BuildView, DeadLetterView, DeliveryView, RepositoryView } from './schemas.ts';

const iso = (ms: number): string => new Date(ms).toISOString();
const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));

/** A repository as callers see it. */
export function repositoryView(repository: Repository): z.infer<typeof RepositoryView> {
  const { version: _, team: __, created_at, ...shown } = repository;
  return { ...shown, created_at: iso(created_at) };
}

/** A build as callers see it. @param release the registry path of released images. */
export function buildView(build: Build, release: string): z.infer<typeof BuildView> {
  const ref = build.ref === null ? null : parseRef(build.ref);
  return {
    id: build.id,
    repository_id: build.repository_id,
    status: build.status,
    reason: build.reason,
    ref: build.ref,
    branch: ref?.kind === 'branch' ? ref.name : null,
    commit_sha: build.commit_sha,
    builder_type: build.builder_type ?? build.requested_builder,
    image: imageView(build, release),
    error: build.error && { code: build.error.code, message: build.error.message },
    attempt: build.attempt,
    created_at: iso(build.created_at),
    queued_at: iso(build.queued_at),
    started_at: isoOrNull(build.started_at),
    finished_at: isoOrNull(build.finished_at),
    stages: stagesOf(build).map(({ name, started_at, finished_at }) => ({
      name,
      started_at: iso(started_at),
      duration_ms: finished_at === null ? null : Math.max(0, finished_at - started_at),
    })),
  };
}

/** Only what is released is an image: before that there is nothing that anyone should pull. */
function imageView(build: Build, release: string): z.infer<typeof BuildView>['image'] {
  if (build.status !== 'succeeded' || build.result === null) return null;
  const { index_digest: digest, manifests, size_bytes } = build.result;
  const reference = `${release}/${build.image.name}@${digest}`;
  return { reference, digest, platforms: manifests, tags: build.moved_tags, size_bytes };
}

interface StageTimes {
  readonly name: string;
  readonly started_at: number;
  readonly finished_at: number | null;
}

/** The builder's stages between the service's own: waiting, starting a worker, releasing. */
function stagesOf(build: Build): StageTimes[] {
  const stages: StageTimes[] = [
    { name: 'queue', started_at: build.queued_at, finished_at: build.submitting_at ?? build.finished_at },
  ];
  if (build.submitting_at !== null) {
    stages.push({
      name: 'start',
      started_at: build.submitting_at,
      finished_at: build.started_at ?? build.finished_at,
    });
  }
  stages.push(
    ...build.stages.map((stage) => ({ ...stage, finished_at: stage.finished_at ?? build.finished_at })),
  );
  if (build.promoting_at !== null) {
    stages.push({ name: 'promote', started_at: build.promoting_at, finished_at: build.finished_at });
  }
  return stages;
}

/** A delivery as callers see it. */
export function deliveryView(delivery: Delivery): z.infer<typeof DeliveryView> {
  return {
    id: delivery.id,
    platform: delivery.platform,
    event: delivery.event.kind === 'other' ? delivery.event.name : delivery.event.kind,
    received_at: iso(delivery.received_at),
    verdict: delivery.verdict,
    reason: delivery.reason,
    build_ids: delivery.build_ids,
  };
}

/** A dead letter as callers see it: without its content, which may be a build's log or hold its token. */
export function deadLetterView(letter: DeadLetter): z.infer<typeof DeadLetterView> {
  return {
    id: letter.id,
    topic: letter.topic,
    function: letter.function,
    reason: letter.reason,
    attempts: letter.attempts,
    build_id: letter.build_id,
    size_bytes: letter.size_bytes,
    replayable: isReplayable(letter),
    kept_at: iso(letter.kept_at),
    replayed_at: isoOrNull(letter.replayed_at),
    replays: letter.replays,
  };
}
