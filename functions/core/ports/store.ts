import type { DeadLetter } from '#core/dead-letter.ts';
import type { Delivery } from '#core/delivery.ts';
import type { DeliveryBody } from '#core/delivery-body.ts';
import type { Disconnection } from '#core/disconnection.ts';
import type { KeptAnswer, KeyUse } from '#core/idempotency.ts';
import type { ReportDocument, ReportNews, ReportSubject } from '#core/report-document.ts';
import type { Connection, Platform, Repository } from '#core/repository.ts';
import type { ScheduleBook } from '#core/schedules.ts';
import type { Builds, Logs } from './builds.ts';
import type { Created, Page, PageRequest } from './common.ts';
import type { ImageLocks, Registries, Tags } from './images.ts';
import type { Queue, Stats } from './queue.ts';
import type { DeviceGrants } from './sign-in.ts';
import type { AuditLog, Members, Quotas, Teams, Tokens } from './teams.ts';

/** What intake made of a delivery. */
export type Verdict = Pick<Delivery, 'verdict' | 'reason' | 'build_ids' | 'team' | 'repository_id'>;

/** What a list of deliveries is narrowed to; null: not. */
export interface DeliveryFilters {
  readonly repositoryId: string | null;
  readonly verdict: Delivery['verdict'] | null;
}

export interface Deliveries {
  /** Keeps a delivery, and what its host sent with it, in one atomic step; the first one with its id stays. */
  create(delivery: Delivery, body?: DeliveryBody | null): Promise<Created>;
  get(id: string): Promise<Delivery | null>;
  /** What the host sent; null where it is not kept. */
  body(id: string): Promise<DeliveryBody | null>;
  /** A team's deliveries, newest first; null: those that concern no team's repository. */
  list(team: string | null, filters: DeliveryFilters, page: PageRequest): Promise<Page<Delivery>>;
  /** Writes intake's verdict; the first one stays. @returns whether it is this one. */
  decide(id: string, verdict: Verdict, at: number): Promise<boolean>;
  /** Deliveries still undecided that came before `before`, oldest first. */
  undecided(before: number, limit: number): Promise<Delivery[]>;
}

export interface Repositories {
  create(repository: Repository): Promise<Created>;
  get(id: string): Promise<Repository | null>;
  /** The one that the host knows by this id, whatever its name is now; null where none is connected. */
  withHostId(platform: Platform, hostId: string): Promise<Repository | null>;
  /** A team's repositories, newest first. */
  list(team: string, page: PageRequest): Promise<Page<Repository>>;
  /**
   * Takes a repository through `decide`, a pure function, in one atomic step; null where this connection is over.
   * Throws what `decide` throws.
   */
  change(connection: Connection, decide: (repository: Repository) => Repository): Promise<Repository | null>;
  /** Removes a repository and leaves a note of what to clean up, in one atomic step; null where it is gone. */
  disconnect(connection: Connection, at: number): Promise<Disconnection | null>;
  /** The notes that were due before `before`, the earliest first. */
  disconnections(before: number, limit: number): Promise<Disconnection[]>;
  /** A note was worked off: it is due again at a time, or goes (null). */
  workedOff(connectionId: string, dueAgainAt: number | null): Promise<void>;
}

/** What is built at set times, one book for each connection of a repository that has any such time. */
export interface Schedules {
  get(connectionId: string): Promise<ScheduleBook | null>;
  /**
   * Takes a connection's book through `decide`, a pure function, in one atomic step: null means that there is none.
   * @returns the book as it is then.
   */
  change(
    connectionId: string,
    decide: (book: ScheduleBook | null) => ScheduleBook | null,
  ): Promise<ScheduleBook | null>;
  /** The books in which something is to be done at `now` or was before, the earliest first. */
  due(now: number, limit: number): Promise<ScheduleBook[]>;
}

/** What is done from time to time, by whoever comes first. */
export interface Chores {
  /** Whether it is the caller's turn: nobody had one in the last `everyMs`. Of several at once, one has it. */
  takeTurn(name: string, now: number, everyMs: number): Promise<boolean>;
}

/** What git hosts were told of commits; kept for 30 days after the last change. */
export interface Reports {
  get(id: string): Promise<ReportDocument | null>;
  /** Leases a report to a writer, made where there is none; null where another has it, who then looks again. */
  lease(subject: ReportSubject, holder: string, now: number, ttlMs: number): Promise<ReportDocument | null>;
  /** Keeps what came of telling the host, and gives the lease back; null where this holder has lost it. */
  settle(id: string, holder: string, news: ReportNews, now: number): Promise<ReportDocument | null>;
  remove(id: string): Promise<void>;
  /** Reports that were due before `before`, the earliest first. */
  due(before: number, limit: number): Promise<ReportDocument[]>;
}

export interface IdempotencyKeys {
  /** The use of a key: a new one, or the first there was in the last 24 h. */
  begin(id: string, requestHash: string, now: number): Promise<KeyUse>;
  /** Keeps the answer of the use that began then; the first one stays. @returns the one that is kept. */
  finish(id: string, startedAt: number, answer: KeptAnswer): Promise<KeptAnswer>;
}

export interface DeadLetters {
  /** Keeps a letter; the first one with its id stays. */
  create(letter: DeadLetter): Promise<Created>;
  get(id: string): Promise<DeadLetter | null>;
  /** The letters of these teams, newest first; null: those that belong to none. */
  list(teams: readonly (string | null)[], page: PageRequest): Promise<Page<DeadLetter>>;
  /** Counts a replay. @returns the letter as it stands now. Throws UserError('not_found'). */
  markReplayed(id: string, at: number): Promise<DeadLetter>;
}

/** The whole store. One contract suite runs against the in-memory one and Firestore's. */
export interface Store {
  readonly deliveries: Deliveries;
  readonly teams: Teams;
  readonly members: Members;
  readonly repositories: Repositories;
  readonly schedules: Schedules;
  readonly chores: Chores;
  readonly builds: Builds;
  readonly queue: Queue;
  readonly stats: Stats;
  readonly logs: Logs;
  readonly tags: Tags;
  readonly reports: Reports;
  readonly registries: Registries;
  readonly imageLocks: ImageLocks;
  readonly tokens: Tokens;
  readonly auditLog: AuditLog;
  readonly quotas: Quotas;
  readonly deadLetters: DeadLetters;
  readonly idempotency: IdempotencyKeys;
  readonly deviceGrants: DeviceGrants;
}
