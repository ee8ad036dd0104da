/** How the builds of a commit stand together, as a git host is told. Ordered: a later one never gives way to an earlier. */
export const REPORT_STATES = [
  'waiting_approval',
  'queued',
  'running',
  'cancelled',
  'failed',
  'succeeded',
] as const;
export type ReportState = (typeof REPORT_STATES)[number];

/** What a git host is told of a commit. All text is plain or Markdown of ours; logs in it are fenced. */
export interface CommitReport {
  readonly commit_sha: string;
  /** What tells this report from others on the same commit: `bitflow`. */
  readonly context: string;
  readonly state: ReportState;
  /** One line, 140 characters at most. */
  readonly title: string;
  /** Markdown: a line for each image, the failing stage. */
  readonly summary: string;
  /** Markdown: the last lines of the log of what failed; null: nothing did. */
  readonly text: string | null;
  /** Where people read more; null: nowhere yet. */
  readonly details_url: string | null;
  /** Our name for it, which the host hands back with a wish to do it again. */
  readonly external_id: string;
  /** What the host called it when it was first told; null: it was not yet, or gave no name. */
  readonly report_id: string | null;
  /** The pull request that it is about; null: none. */
  readonly pull_request: number | null;
  /** ms since the epoch. */
  readonly started_at: number | null;
  readonly finished_at: number | null;
}
