import type { AuditOutcome, AuditRecord } from './audit.ts';
import type { Build, BuilderType, BuildStatus, Effect } from './build.ts';
import type { HourOfBuilds } from './build-stats.ts';
import type { DeadLetter } from './dead-letter.ts';
import type { Delivery, HostEvent } from './delivery.ts';
import type { Disconnection } from './disconnection.ts';
import type { BuildEvent, CloudBuildView, LogChunk } from './events.ts';
import type { KeptAnswer, KeyUse } from './idempotency.ts';
import type { Member } from './member.ts';
import type { Topic } from './messages.ts';
import type { PlanAnswer, PlanRequest } from './plan.ts';
import type { TeamRegistry } from './registry.ts';
import type { Connection, Platform, Repository } from './repository.ts';
import type { Secret } from './secret.ts';
import type { Destination, TagDocument, TagWish } from './tags.ts';
import type { MachineType, Team } from './team.ts';
import type { ApiToken } from './token.ts';
import type { Outcome } from './transition.ts';

/** The time in ms since the epoch. */
export type Clock = () => number;

/** What `create` found: two makers of one id are no error. */
export type Created = 'created' | 'exists';

/** What intake made of a delivery. */
export type Verdict = Pick<Delivery, 'verdict' | 'reason' | 'build_ids' | 'team'>;

export interface Deliveries {
  create(delivery: Delivery): Promise<Created>;
  get(id: string): Promise<Delivery | null>;
  /** Writes intake's verdict; the first one stays. */
  decide(id: string, verdict: Verdict, at: number): Promise<void>;
  /** Deliveries still undecided that came before `before`, oldest first. */
  undecided(before: number, limit: number): Promise<Delivery[]>;
}

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

export interface Repositories {
  create(repository: Repository): Promise<Created>;
  get(id: string): Promise<Repository | null>;
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

export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page starts; null at the end. */
  readonly next: string | null;
}

/** Which page: `after` is the `next` of the one before, null for the first. */
export interface PageRequest {
  readonly limit: number;
  readonly after: string | null;
}

/** What `apply` did; `build` is the document as it stands now, null where there is none. */
export interface Applied {
  readonly outcome: Outcome;
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
  /**
   * Takes an event through `transition` in one atomic step, and changes the tag documents in it when the
   * build enters or leaves `promoting`. Throws UserError('not_found').
   */
  apply(id: string, event: BuildEvent): Promise<Applied>;
  clearEffect(id: string, effect: Effect): Promise<void>;
  /** A pool's builds in these states, oldest push first. */
  inStates(pool: string, states: readonly BuildStatus[], limit: number): Promise<Build[]>;
  /** Builds of one connection of a repository in these states, in no order. */
  ofConnection(connectionId: string, states: readonly BuildStatus[], limit: number): Promise<Build[]>;
  /** Builds that owe an effect since before `before`. */
  withEffects(before: number, limit: number): Promise<Build[]>;
  /** Builds that are releasing this digest to this destination. */
  releasing(destination: Destination, digest: string, limit: number): Promise<Build[]>;
  /** The build that made what is released: of those that succeeded with this digest there, the first. */
  firstAt(destination: Destination, digest: string): Promise<Build | null>;
  /** Builds in these states that nothing changed since `before`. */
  stale(states: readonly BuildStatus[], before: number, limit: number): Promise<Build[]>;
}

/** What is remembered of a pool, beside its builds. */
export interface PoolState {
  /** The teams that got a slot lately, the last one last (`servedAfter`). */
  readonly served: readonly string[];
  /** How long a build usually holds its slot (ms); null: none ended yet. */
  readonly usualMs: number | null;
}

export interface Queue {
  /** Takes or renews the lease of a pool; false where another holder has it. */
  lease(pool: string, holder: string, now: number, ttlMs: number): Promise<boolean>;
  release(pool: string, holder: string): Promise<void>;
  state(pool: string): Promise<PoolState>;
  /** Queued builds that have no place in the order of pushes yet, oldest push first. */
  unplaced(pool: string, limit: number): Promise<Build[]>;
  /** Of each team that has builds waiting in their places, the first ones; of a team these many at most. */
  firstOfTeams(pool: string, perTeam: number): Promise<Build[]>;
  /** A team's queued builds, in their places, up to a limit; those without one yet come first. */
  ofTeam(pool: string, team: string, limit: number): Promise<Build[]>;
  /** How many builds of a team are queued. */
  count(pool: string, team: string): Promise<number>;
  /** Gives a build its place in the order of pushes of its ref (`placeOf`); only the lease's holder may. */
  stamp(build: Build, holder: string, now: number): Promise<Build>;
  /**
   * Gives queued builds their slots, in one atomic step, and remembers whose turn it was; only the lease's
   * holder may, so that one that stalled past its lease does not fill the pool twice. Those that left the queue
   * meanwhile are left out.
   */
  claim(pool: string, builds: readonly Build[], holder: string, now: number): Promise<Build[]>;
  /** The place just after every push that was stamped so far, and before the next one. */
  placeOfNow(pool: string): Promise<number>;
}

/** What became of builds, counted when they ended. */
export interface Stats {
  /**
   * Counts builds of a pool that ended, each exactly once, whoever dies when; only the lease's holder may.
   * @returns how many it counted; where it is `limit`, there may be more.
   */
  count(pool: string, holder: string, limit: number): Promise<number>;
  /** Whether a build of the pool that ended before `before` is not counted yet. */
  owed(pool: string, before: number): Promise<boolean>;
  /** A team's hours that begin at `since` or later, the earliest first; those in which nothing ended are left out. */
  hours(team: string, since: number): Promise<HourOfBuilds[]>;
}

export interface Logs {
  /** Keeps a chunk; the first one with its number stays. */
  create(chunk: LogChunk, at: number): Promise<Created>;
  /** Chunks of an attempt from number `from` on, in order; holes are left out. */
  read(buildId: string, attempt: number, from: number, limit: number): Promise<LogChunk[]>;
  /** Resolves when the chunk `from` is there or the build changed after `since`, at the latest after `ms`. */
  wait(buildId: string, attempt: number, from: number, since: number, ms: number): Promise<void>;
}

export interface Tags {
  get(destination: Destination, tag: string): Promise<TagDocument | null>;
  /** Takes the lease for writing a tag (`leaseTag`); null where another has it. */
  lease(
    destination: Destination,
    tag: string,
    holder: string,
    now: number,
    ttlMs: number,
  ): Promise<TagDocument | null>;
  /** Clears the dirty mark and lease if the document still wants `digest` (`settleTag`); else false. */
  settle(
    destination: Destination,
    tag: string,
    holder: string,
    digest: string | null,
    now: number,
  ): Promise<boolean>;
  /** @param doubtedAt when the writer lost sight of what it sent; null where it knows (`releaseTag`). */
  release(destination: Destination, tag: string, holder: string, doubtedAt: number | null): Promise<void>;
  /** Takes a person's wish in (`moveTag`). @returns the document as it is then. */
  move(destination: Destination, tag: string, wish: TagWish): Promise<TagDocument>;
  /** Clears the mark of a tag that nobody can write (`abandonTag`). */
  abandon(destination: Destination, tag: string, digest: string | null): Promise<void>;
  /** Tags still dirty that changed before `before`, in the installation's registry or in the teams' own. */
  dirty(where: 'installation' | 'teams', before: number, limit: number): Promise<TagDocument[]>;
  /** Tags of an image for which this digest is a candidate, by name. */
  wanting(destination: Destination, digest: string, limit: number): Promise<TagDocument[]>;
}

/** Locks on single images: see `image-lock.ts`. */
export interface ImageLocks {
  /** False where another has it. */
  take(
    destination: Destination,
    digest: string,
    holder: string,
    now: number,
    ttlMs: number,
  ): Promise<boolean>;
  release(destination: Destination, digest: string, holder: string): Promise<void>;
  isTaken(destination: Destination, digest: string, now: number): Promise<boolean>;
}

/** The teams' own registries, as targets of releases. */
export interface Registries {
  create(registry: TeamRegistry): Promise<Created>;
  get(id: string): Promise<TeamRegistry | null>;
  /** A team's, by address: at most 100. */
  list(team: string): Promise<TeamRegistry[]>;
  /** Notes that its credential was set. Throws UserError('not_found'). */
  setCredentialAt(id: string, at: number): Promise<void>;
  /** One that is not there is no error. */
  remove(id: string): Promise<void>;
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
  /** The letters of a team and those of none, newest first. */
  list(team: string, page: PageRequest): Promise<Page<DeadLetter>>;
  /** Counts a replay. @returns the letter as it stands now. Throws UserError('not_found'). */
  markReplayed(id: string, at: number): Promise<DeadLetter>;
}

/** The whole store. One contract suite runs against the in-memory one and Firestore's. */
export interface Store {
  readonly deliveries: Deliveries;
  readonly teams: Teams;
  readonly members: Members;
  readonly repositories: Repositories;
  readonly builds: Builds;
  readonly queue: Queue;
  readonly stats: Stats;
  readonly logs: Logs;
  readonly tags: Tags;
  readonly registries: Registries;
  readonly imageLocks: ImageLocks;
  readonly tokens: Tokens;
  readonly auditLog: AuditLog;
  readonly quotas: Quotas;
  readonly deadLetters: DeadLetters;
  readonly idempotency: IdempotencyKeys;
}

export interface Bus {
  /** Publishes JSON; resolves when the bus has it. Throws TransientError. */
  publish(topic: Topic, body: object, attributes?: Record<string, string>): Promise<void>;
}

/** A bus that can publish a message again as it was: signatures are over exact bytes. */
export interface ReplayBus extends Bus {
  /** Publishes these bytes and attributes; resolves when the bus has them. Throws TransientError. */
  publishBytes(topic: Topic, data: Uint8Array, attributes: Readonly<Record<string, string>>): Promise<void>;
}

/** What `submit` asks Cloud Build to run. */
export interface CloudBuildSpec {
  readonly buildId: string;
  readonly attempt: number;
  readonly exchangeToken: string;
  readonly timeoutS: number;
  /** The machine to run on; null: Cloud Build's default. */
  readonly machineType: MachineType | null;
}

export interface CloudBuilds {
  /** Throws UserError('refused') where asking again cannot help, TransientError where the outcome is unknown. */
  create(spec: CloudBuildSpec): Promise<{ readonly id: string }>;
  get(id: string): Promise<CloudBuildView | null>;
  /** Cloud Builds of an attempt; the list may lag behind. */
  ofAttempt(buildId: string, attempt: number): Promise<CloudBuildView[]>;
  /** Ends a Cloud Build; one that ended or is unknown is no error. */
  cancel(id: string): Promise<void>;
}

export interface Registry {
  /** The digest that a tag (or digest) of a repository path (`host/path`) names; null where it is not there. */
  digest(path: string, reference: string): Promise<string | null>;
  /** Copies an image with all that its manifests name; what is there already is not sent again. */
  copy(from: string, digest: string, to: string): Promise<void>;
  putTag(path: string, tag: string, digest: string): Promise<void>;
  /** Takes a tag away; one that is not there is no error. Throws UserError('refused') where that cannot be. */
  removeTag(path: string, tag: string): Promise<void>;
}

/** An image as a registry has it: an index or a single manifest. */
export interface CatalogImage {
  readonly digest: string;
  readonly media_type: string;
  /** By name. */
  readonly tags: readonly string[];
  /** `os/architecture[/variant]`, without what only attests. */
  readonly platforms: readonly string[];
  /** Compressed bytes of the platforms' layers and configs, as a pull transfers them. */
  readonly size_bytes: number;
  /** When it was pushed (ms since the epoch); null where the registry does not say. */
  readonly uploaded_at: number | null;
}

/** What a registry has below one path (`host/path`). */
export interface ImageCatalog {
  /**
   * The images that have a tag, and others where the registry lists them. The order is the registry's own and
   * stays. `after` is the `next` of the page before. A path where nothing was pushed has none.
   */
  list(path: string, page: PageRequest): Promise<Page<CatalogImage>>;
  get(path: string, digest: string): Promise<CatalogImage | null>;
  /** What in this path names a manifest and is broken without it: indexes, and what is about it. */
  neededBy(path: string, digest: string): Promise<string[]>;
  /**
   * Deletes a manifest; one that is not there is no error. Throws UserError('conflict') where the registry
   * knows of something that needs it, UserError('refused') where it deletes none.
   */
  delete(path: string, digest: string): Promise<void>;
}

export interface SecretStore {
  /** Adds a version, and the secret itself where it is not there. */
  put(id: string, value: Secret): Promise<void>;
  /** The newest version; null where there is none. */
  get(id: string): Promise<Secret | null>;
  /** Removes a secret with all its versions; one that is not there is no error. */
  remove(id: string): Promise<void>;
}

/** Checks an identity token (OpenID Connect) and says whose it is; null where it is not good. */
export interface IdentityVerifier {
  verify(token: string): Promise<{ email: string } | null>;
}

/** Works out how a commit would be built, without building it. */
export interface Planner {
  /** The plan, or what a build would fail with. Throws TransientError. */
  plan(request: PlanRequest): Promise<PlanAnswer>;
}

/** How often somebody may ask. Times are in full seconds; null: go on. */
export interface Rates {
  /** Counts a request of a caller. @returns how long they have to wait. */
  request(caller: string): Promise<number | null>;
  /** How long a network is not let in for having failed to sign in too often. */
  blocked(network: string): Promise<number | null>;
  /** Counts an attempt to sign in that failed. */
  failed(network: string): Promise<void>;
}

/** A request as a git host sent it. Header names are lower case. */
export interface HostRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly rawBody: string;
}

/** A user and password for cloning, worth nothing for longer than the host says. */
export interface CloneCredential {
  readonly username: string;
  readonly password: Secret;
}

/** A git host: a folder in adapters/git-hosts/ and a line in its list. */
export interface GitHost {
  readonly platform: Platform;
  /** Whether one of the secrets signed the raw body. Asks nobody. */
  verify(request: HostRequest, secrets: readonly Secret[]): Promise<boolean>;
  /**
   * The full name of the repository that a request says it is about, whatever its event; null where it says none.
   * Nothing of it is verified: it is for finding the secrets that the request may be signed with.
   */
  claimedRepository(request: HostRequest): string | null;
  /** The host's own id of the event; null where it sent none worth the name. */
  eventId(request: HostRequest): string | null;
  /** The event in our words. Throws UserError('invalid_request') with the fields. */
  parse(request: HostRequest): HostEvent;
  /** The address that a repository is cloned from where none was given. */
  cloneUrl(fullName: string): string;
  /** A credential for reading this repository; null where it needs none. */
  cloneCredential(repository: Repository): Promise<CloneCredential | null>;
}

/** Asks a git server what a ref points to now. */
export interface RefLookup {
  /** The commit of each full ref that exists (annotated tags peeled). Throws UserError('refused') or TransientError. */
  resolve(
    url: string,
    refs: readonly string[],
    credential: CloneCredential | null,
  ): Promise<Map<string, string>>;
}
