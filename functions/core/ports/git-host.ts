import type { CommitReport } from '#core/commit-report.ts';
import type { HostEvent, PullRequestEvent, Trust } from '#core/delivery.ts';
import type { Platform } from '#core/repository.ts';
import type { Secret } from '#core/secret.ts';

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

/** A repository as a body names it. */
export interface ClaimedRepository {
  readonly full_name: string;
  readonly host_id: string | null;
}

/**
 * What a git host sends: the part that asks nobody, and is all that `webhooks` has of a host. A file in the host's
 * folder and a line in git-hosts/webhooks.ts.
 */
export interface HostWebhooks {
  readonly platform: Platform;
  /** The headers that are kept with a delivery (lower case): what tells of the event, never what proves its sender. */
  readonly keptHeaders: readonly string[];
  /** What one of the secrets proves of a request; null: none of them does. @param now ms since the epoch. */
  verify(request: HostRequest, secrets: readonly Secret[], now: number): Promise<Trust | null>;
  /**
   * The repository that a request says it is about, whatever its event; null where it says none. Nothing of it is
   * verified: it is for finding the secrets that the request may be signed with.
   */
  claimedRepository(request: HostRequest): ClaimedRepository | null;
  /** The host's own id of the event, the same for a redelivery; null where it sent none worth the name. */
  eventId(request: HostRequest): string | null;
  /** What a request says, as JSON and within bounds. Throws UserError('invalid_request') where it is none. */
  payload(request: HostRequest): unknown;
  /** The event in our words. Throws UserError('invalid_request') with the fields. */
  parse(request: HostRequest): HostEvent;
}

/** A repository at its host, and what we may show there. */
export interface HostAccess {
  readonly full_name: string;
  readonly clone_url: string;
  /** The repository's own token; null: it has none. */
  readonly token: Secret | null;
  /** Whether the installation's own credential for the host (a GitHub App, a token) may be used for it. */
  readonly installation: boolean;
}

/** What the host says of a repository, and what we may do there. */
export interface HostRepository {
  /** Its id, which stays when it is renamed. */
  readonly host_id: string;
  /** Its name as the host spells it now. */
  readonly full_name: string;
  readonly clone_url: string;
  /** Null: it has no commit yet. */
  readonly default_branch: string | null;
  readonly private: boolean;
  readonly archived: boolean;
  /**
   * What the credential that was shown may do: `admin` may make webhooks, `write` may report. With none, and where
   * everybody may read, `read`.
   */
  readonly may: 'admin' | 'write' | 'read';
}

/** The webhook that we want at the host. */
export interface WantedWebhook {
  /** Where it sends to. */
  readonly url: string;
  readonly secret: Secret;
  /** The one that was made earlier; null: none that we know of. */
  readonly hook_id: string | null;
}

/**
 * What became of it: `made` and `repaired` (it was there) have an id. `covered`: the installation's own webhook (a
 * GitHub App's) sends all that is needed. `manual`: our credential may not make one; `why` says it, in a sentence.
 */
export type WebhookOutcome =
  | { readonly kind: 'made' | 'repaired'; readonly hook_id: string }
  | { readonly kind: 'covered' }
  | { readonly kind: 'manual'; readonly why: string };

/** What changed between two commits: both sides of a rename, and all of the files; or why that is not known. */
export type ChangedPaths =
  | { readonly known: true; readonly paths: readonly string[] }
  | { readonly known: false; readonly why: string };

/** A pull request as the host's API has it now; `open: false` once it was merged or closed. */
export type HostPullRequest = Omit<PullRequestEvent, 'kind' | 'action'> & { readonly open: boolean };

/**
 * A git host that is asked: a file in its folder and a line in git-hosts/index.ts. What all methods throw:
 * UserError('refused') where the host says no (a bad token, too few rights, no such repository) and asking again
 * cannot help, TransientError where it is away, slow or asks us to come later (429).
 */
export interface GitHost {
  readonly platform: Platform;
  /** The address that a repository is cloned from where none was given. */
  cloneUrl(fullName: string): string;
  /** A credential for reading this repository, for one build; null where it needs none. */
  cloneCredential(access: HostAccess): Promise<CloneCredential | null>;
  /** Looks a repository up. Throws UserError('refused') where it is not there for us. */
  look(access: HostAccess): Promise<HostRepository>;
  /** A text file at a commit; null where there is none there. Throws UserError('refused') past `maxBytes`. */
  readFile(access: HostAccess, commitSha: string, path: string, maxBytes: number): Promise<string | null>;
  /** What `git diff --name-only --no-renames from to` lists. */
  changedPaths(access: HostAccess, from: string, to: string): Promise<ChangedPaths>;
  /** The message of a commit (its first 4,000 characters); null where it is not there. */
  commitMessage(access: HostAccess, commitSha: string): Promise<string | null>;
  /** Null where there is none of this number. */
  pullRequest(access: HostAccess, number: number): Promise<HostPullRequest | null>;
  /** Makes the webhook, or repairs the one that is there (found by its id, else by its address). */
  connect(access: HostAccess, wanted: WantedWebhook): Promise<WebhookOutcome>;
  /** Has the host try the webhook, where it does not by itself when one is made; false where it cannot now. */
  ping(access: HostAccess, hookId: string): Promise<boolean>;
  /** Takes the webhook away; one that is gone is no error. */
  disconnect(access: HostAccess, hookId: string): Promise<void>;
  /** Says how the builds of a commit stand. @returns what the host calls what it was told, to change it by; null: nothing. */
  report(access: HostAccess, report: CommitReport): Promise<string | null>;
  /**
   * Finds deliveries that the host could not hand over since then (ms since the epoch) and asks for them again;
   * a host that has no such list lacks it. @returns how many it asked for.
   */
  redeliver?(since: number): Promise<number>;
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
