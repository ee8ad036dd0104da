import type { z } from '@hono/zod-openapi';
import { iso, isoOrNull } from '#core/api/common.ts';
import type { ImageView } from '#core/api/images.ts';
import type { KnownImage } from '#use-cases/images.ts';

/** An image as callers see it. @param path where it is (`host/path`). @param now ms since the epoch. */
export function imageView(
  { image, build }: KnownImage,
  path: string,
  now: number,
): z.infer<typeof ImageView> {
  const { uploaded_at, tags, platforms, ...shown } = image;
  const at = uploaded_at ?? build?.finished_at ?? null;
  return {
    ...shown,
    reference: `${path}@${image.digest}`,
    tags: [...tags],
    platforms: [...platforms],
    created_at: isoOrNull(at),
    age_s: at === null ? null : Math.max(0, Math.floor((now - at) / 1000)),
    build: build && {
      id: build.id,
      commit_sha: build.commit_sha,
      ref: build.ref,
      finished_at: build.finished_at === null ? null : iso(build.finished_at),
    },
  };
}
