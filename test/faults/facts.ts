import type { CommitReport } from '#core/commit-report.ts';
import type { BuilderReport } from '#core/events.ts';

/** A push as the git host had it. */
export interface FactualPush {
  readonly repository: string;
  readonly ref: string;
  readonly before: string | null;
  readonly after: string;
  /** ms since the epoch. */
  readonly at: number;
  readonly eventId: string;
  /** Whether a webhook of it was answered 202. */
  answered: boolean;
}

/** What one Cloud Build did, as the world saw it and nobody told the service. */
export interface FactualCloudBuild {
  readonly id: string;
  readonly buildId: string;
  readonly attempt: number;
  /** The exchange let it pass. */
  passed: boolean;
  /** What it pushed to staging. */
  pushed: string | null;
  /** It wrote its output, pushed before, and ended well. */
  succeeded: boolean;
  failed: Extract<BuilderReport, { type: 'failed' }> | null;
  /** A function took its report of a failure. */
  heard: boolean;
  ended: boolean;
}

/** What the git host was told of a commit. */
export interface FactualReport extends CommitReport {
  readonly repository: string;
  /** What the host calls it; it shows the one that was begun last. */
  readonly report_id: string;
  /** ms since the epoch. */
  readonly at: number;
}

/** What happened outside of the service: the model's inputs. */
export interface Facts {
  readonly pushes: FactualPush[];
  readonly cloudBuilds: Map<string, FactualCloudBuild>;
  readonly reports: FactualReport[];
  /** Builds that somebody asked for and was told of. */
  readonly asked: { readonly id: string; readonly commit: string }[];
  /** How many somebody asked for, told or not. */
  askedFor: number;
  /** Builds in the sequence in which they got their places. */
  readonly placed: string[];
  /** Builds whose cancel was granted. */
  readonly cancelled: Set<string>;
}

export function noFacts(): Facts {
  return {
    pushes: [],
    cloudBuilds: new Map(),
    reports: [],
    asked: [],
    askedFor: 0,
    placed: [],
    cancelled: new Set(),
  };
}
