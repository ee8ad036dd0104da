import type { z } from '@hono/zod-openapi';
import type { BuildView } from '#core/api/builds.ts';
import { iso, isoOrNull } from '#core/api/common.ts';
import type { Build } from '#core/build.ts';
import { parseRef } from '#core/git-names.ts';
import { releasedPath } from '#core/image-names.ts';

/** A build as callers see it. @param release the registry area of released images. */
export function buildView(build: Build, release: string): z.infer<typeof BuildView> {
  const ref = build.ref === null ? null : parseRef(build.ref);
  return {
    id: build.id,
    repository_id: build.repository_id,
    repository: build.repository,
    status: build.status,
    reason: build.reason,
    superseded_by: build.superseded_by,
    ref: build.ref,
    branch: ref?.kind === 'branch' ? ref.name : null,
    commit_sha: build.commit_sha,
    pull_request: build.pull_request,
    builder_type: build.builder_type ?? build.requested_builder,
    image: imageView(build, release),
    image_expires_at: isoOrNull(build.expires_at),
    build_config: {
      ...build.config,
      registry_url: build.image.registry,
      image_name: build.image.name,
      build_timeout: build.timeout_s,
    },
    retry_of: build.retry_of,
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
  const reference = `${releasedPath(release, build.image.registry, build.image.name)}@${digest}`;
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
