import type { Build, BuilderType, BuildStatus, Effect } from '#core/build.ts';
import type { BuildEvent, LogChunk } from '#core/events.ts';
import type { Destination } from '#core/tags.ts';
import type { Outcome } from '#core/transition.ts';
import type { Created, Page, PageRequest } from './common.ts';

/** What `apply` did: `before` is the document that the event met, `build` as it stands now. */
export interface Applied {
  readonly outcome: Outcome;
  readonly before: Build;
  readonly build: Build;
}

/** Which builds of a team; null: all. Each one narrows the list further. */
export interface BuildFilters {
  readonly repositoryId: string | null;
  readonly statuses: readonly BuildStatus[] | null;
  /** The full ref. */
  readonly ref: string | null;
  /** The builder that was chosen, or asked for where none was chosen yet. */
  readonly builderType: BuilderType | null;
  /** Created at this time or later (ms since the epoch). */
  readonly since: number | null;
}

export const ALL_BUILDS: BuildFilters = {
  repositoryId: null,
  statuses: null,
  ref: null,
  builderType: null,
  since: null,
};

export interface Builds {
  create(build: Build): Promise<Created>;
  get(id: string): Promise<Build | null>;
  /** A team's builds, newest first. */
  list(team: string, filters: BuildFilters, page: PageRequest): Promise<Page<Build>>;
  /** A team's builds whose id starts so, by id. */
  startingWith(team: string, prefix: string, limit: number): Promise<Build[]>;
  /**
   * Takes an event through `transition` in one atomic step, and changes the tag documents in it when the
   * build enters or leaves `promoting`. Throws UserError('not_found').
   */
  apply(id: string, event: BuildEvent): Promise<Applied>;
  /** Clears what was done; with `asOf` (an `updated_at`) only where nothing changed the build since. */
  clearEffect(id: string, effect: Effect, asOf?: number): Promise<void>;
  /** A pool's builds in these states, oldest push first. */
  inStates(pool: string, states: readonly BuildStatus[], limit: number): Promise<Build[]>;
  /** Builds of one connection of a repository in these states, in no order. */
  ofConnection(connectionId: string, states: readonly BuildStatus[], limit: number): Promise<Build[]>;
  /**
   * The builds of a group (`Build.concurrency`) that have not ended, the latest push first.
   * @param before only those whose place is before this one; null: all, those without a place last.
   */
  openOfGroup(group: string, before: number | null, limit: number): Promise<Build[]>;
  /** Builds of a commit that one connection of a repository has, newest first. */
  ofCommit(connectionId: string, commitSha: string, limit: number): Promise<Build[]>;
  /** Builds that owe an effect since before `before`. */
  withEffects(before: number, limit: number): Promise<Build[]>;
  /** Builds that are releasing this digest to this destination. */
  releasing(destination: Destination, digest: string, limit: number): Promise<Build[]>;
  /** The build that made what is released: of those that succeeded with this digest there, the first. */
  firstAt(destination: Destination, digest: string): Promise<Build | null>;
  /** Builds whose image was to go before `now`, the earliest first. */
  expiring(now: number, limit: number): Promise<Build[]>;
  /** The image of a build has gone, or stays for good. */
  clearExpiry(id: string): Promise<void>;
  /** Builds in these states that nothing changed since `before`. */
  stale(states: readonly BuildStatus[], before: number, limit: number): Promise<Build[]>;
}

export interface Logs {
  /** Keeps a chunk; the first one with its number stays. */
  create(chunk: LogChunk, at: number): Promise<Created>;
  /** Chunks of an attempt from number `from` on, in order; holes are left out. */
  read(buildId: string, attempt: number, from: number, limit: number): Promise<LogChunk[]>;
  /** Resolves when the chunk `from` is there or the build changed after `since`, at the latest after `ms`. */
  wait(buildId: string, attempt: number, from: number, since: number, ms: number): Promise<void>;
}
