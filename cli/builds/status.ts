import type { z } from 'zod';
import type { BuildView } from '#core/api/builds.ts';
import { type BuildStatus, isTerminal } from '#core/build.ts';
import type { Screen } from '../kit/screen.ts';
import { clean, isolate } from '../kit/text.ts';

/** A build as the API answers it. */
export type ApiBuild = z.infer<typeof BuildView>;
export type Paint = Screen['paint'];

/** The colour of a state. */
export function statusPaint(paint: Paint, status: BuildStatus): (text: string) => string {
  if (status === 'succeeded') return paint.green;
  if (status === 'cancelled' || status === 'cancelling' || status === 'waiting_approval') return paint.yellow;
  return isTerminal(status) ? paint.red : paint.cyan;
}

/** What a build is of, in few words: a branch, a tag, or the start of a commit. */
export function refName({
  branch,
  ref,
  commit_sha,
}: Pick<ApiBuild, 'branch' | 'ref' | 'commit_sha'>): string {
  return branch ?? ref?.replace(/^refs\/(?:tags|heads)\//, '') ?? shortCommit(commit_sha);
}

export const shortCommit = (sha: string): string => clean(sha).slice(0, 7);

/** A build as people talk of it: `acme/shop main a1b2c3d`. Harmless in a terminal. */
export function titleOf(build: ApiBuild): string {
  const ref = isolate(clean(refName(build)));
  const commit = shortCommit(build.commit_sha);
  return [clean(build.repository), ref, ...(ref === commit ? [] : [commit])].join(' ');
}

/** How long a build took, waiting included, or takes by now (ms). */
export function tookMs(build: ApiBuild, now: number): number {
  const end = build.finished_at === null ? now : Date.parse(build.finished_at);
  return Math.max(0, end - Date.parse(build.created_at));
}

/** Why a build is in its state, as people say it. Null: the state says all. */
export function reasonText(reason: string | null): string | null {
  if (reason === null) return null;
  return REASONS[reason] ?? clean(reason).replaceAll('_', ' ');
}

const REASONS: Readonly<Record<string, string>> = {
  superseded: 'a later push took its place',
  disconnected: 'the repository was disconnected',
  queue_timeout: 'it waited too long for its turn',
  build_timeout: 'it took longer than its limit',
  cancelled_in_cloud_build: 'somebody cancelled it in Cloud Build',
  cloud_build_queue_timeout: 'Cloud Build did not start it in time',
  skipped: 'the image was there already',
};
