import type { HostEvent } from '#core/delivery.ts';
import type { Platform, Repository } from '#core/repository.ts';
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
