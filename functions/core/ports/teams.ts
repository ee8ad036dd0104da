import type { AuditOutcome, AuditRecord } from '#core/audit.ts';
import type { Member } from '#core/member.ts';
import type { Team } from '#core/team.ts';
import type { ApiToken } from '#core/token.ts';
import type { Created, Page, PageRequest } from './common.ts';

export interface Teams {
  /**
   * Creates a team, and its first admin with it, in one atomic step. Throws UserError('conflict') where its
   * registry prefix is another's, or where it operates the installation and another team does.
   */
  create(team: Team, admin?: Member): Promise<Created>;
  get(id: string): Promise<Team | null>;
  /** All teams, newest first. */
  list(page: PageRequest): Promise<Page<Team>>;
  /** Throws UserError('not_found'). */
  change(id: string, fields: Partial<Pick<Team, 'name' | 'limits'>>): Promise<Team>;
}

export interface Members {
  get(team: string, email: string): Promise<Member | null>;
  /** What a person is, in which teams: 50 at most. */
  ofPerson(email: string): Promise<Member[]>;
  /** A team's members, newest first. */
  list(team: string, page: PageRequest): Promise<Page<Member>>;
  /**
   * Adds a member, or changes the role of one; who added them, and when, stays.
   * @returns the member as it stands now. Throws UserError('conflict') by `adminsAfter`.
   */
  put(member: Member): Promise<Member>;
  /** Takes a member out; false where there is none. Throws UserError('conflict') for the last admin. */
  remove(team: string, email: string): Promise<boolean>;
}

export interface Tokens {
  create(token: ApiToken): Promise<Created>;
  /** @param hash `tokenHash` of the token. */
  find(hash: string): Promise<ApiToken | null>;
  get(id: string): Promise<ApiToken | null>;
  /** A team's tokens, newest first; only those of one owner, where that is given. */
  list(team: string, owner: string | null, page: PageRequest): Promise<Page<ApiToken>>;
  /** Ends a token for good; the first time stays. Throws UserError('not_found'). */
  revoke(id: string, at: number): Promise<void>;
  /** Notes that a token was used. */
  used(id: string, at: number): Promise<void>;
}

export interface AuditLog {
  /** Keeps a record, before what it tells of happens. */
  begin(record: AuditRecord): Promise<void>;
  finish(id: string, outcome: AuditOutcome): Promise<void>;
  /** The records that a team sees, newest first. */
  list(team: string, page: PageRequest): Promise<Page<AuditRecord>>;
}

export interface Quotas {
  /**
   * Takes one of a team's places of a day (`YYYY-MM-DD`, UTC) for a build; false where all are taken. A build
   * that has one keeps it, however often it is asked for. Never more than `limit`, whoever asks at once.
   */
  take(team: string, day: string, limit: number, buildId: string): Promise<boolean>;
}
