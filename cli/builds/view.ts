import type { z } from 'zod';
import type { LogView } from '#core/api/builds.ts';
import type { QueueStatsView } from '#core/api/queue.ts';
import type { ApiBuild } from './status.ts';

export type LogLine = z.infer<typeof LogView>['lines'][number];
/** A build's place in the queue. */
export type Place = z.infer<typeof QueueStatsView>['builds'][number];

/** What is known of a build that is watched. */
export interface View {
  readonly build: ApiBuild;
  /** Null: it does not wait, or nobody knows. */
  readonly place: Place | null;
  /** The last lines of its log. */
  readonly lines: readonly LogLine[];
  /** Why nothing is heard of it at the moment; null: all is well. */
  readonly trouble: string | null;
}

/** What is heard of a build. */
export type Heard =
  | { readonly kind: 'build'; readonly build: ApiBuild; readonly raw: unknown }
  | { readonly kind: 'place'; readonly place: Place | null }
  | { readonly kind: 'lines'; readonly lines: readonly LogLine[] }
  | { readonly kind: 'trouble'; readonly why: string | null };

/** How many lines of a log are shown of a build that failed. */
const LAST_LINES = 20;

export const firstView = (build: ApiBuild): View => ({ build, place: null, lines: [], trouble: null });

/** The view after something was heard. */
export function viewAfter(view: View, heard: Heard): View {
  switch (heard.kind) {
    case 'build':
      return { ...view, build: heard.build, place: heard.build.status === 'queued' ? view.place : null };
    case 'place':
      return { ...view, place: heard.place };
    case 'lines':
      return { ...view, lines: lastOf(view.lines, heard.lines) };
    case 'trouble':
      return { ...view, trouble: heard.why };
    default:
      return heard satisfies never;
  }
}

/** The last lines of what was heard of a log. */
export const lastOf = (before: readonly LogLine[], after: readonly LogLine[]): readonly LogLine[] =>
  [...before, ...after].slice(-LAST_LINES);
