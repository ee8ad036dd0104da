import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Repository } from './repository.ts';
import type { Secret } from './secret.ts';

/** Hex SHA-256 of parts joined by a separator that none of them can contain. */
function hash(parts: readonly string[], length: number): string {
  const digest = createHash('sha256');
  // One by one: a part may be a body of 25 MB, which would be copied by joining.
  for (const [index, part] of parts.entries()) digest.update(index === 0 ? '' : '\u0000').update(part);
  return digest.digest('hex').slice(0, length);
}

/** The id of a connected repository: the same for every spelling of its name that the host takes as one. */
export function repositoryId(platform: string, fullName: string): string {
  return `r-${hash([platform, fullName.toLowerCase()], 20)}`;
}

/** The id of a team's own registry: one a team and address. */
export function registryId(team: string, url: string): string {
  return `rg-${hash([team, url], 20)}`;
}

/** The id of one connection of a repository; `unique` is fresh randomness. */
export function connectionId(unique: string): string {
  return `c-${hash(['connection', unique], 24)}`;
}

/**
 * The id of a delivery: the host's own event id where it has one, else a hash of what the host said. With the id of the
 * repository that it is about: all webhooks of a repository tell the same event id, so that others may know it early,
 * and their sender chooses it; with a secret that is good for another repository nobody takes it in advance.
 */
export function deliveryId(
  host: string,
  event: { id: string; about: string | null } | { content: readonly string[] },
): string {
  return 'id' in event
    ? `d-${hash([host, event.about ?? '', event.id], 24)}`
    : `d-${hash([host, 'content', ...event.content], 24)}`;
}

/** The id of what a git host is told of a commit: one for each connection of a repository. */
export function reportId(connection: string, commitSha: string): string {
  return `rp-${hash([connection, commitSha], 24)}`;
}

/** What the id of a build looks like. */
export const BUILD_ID = /^b-[0-9a-f]{24}$/;

/** What the start of one looks like. */
export const BUILD_ID_START = /^b-[0-9a-f]{1,24}$/;

/** The id of a build that a delivery causes: the same delivery makes the same build, once for each image. */
export function buildIdOf(delivery: string, image: string): string {
  return `b-${hash([delivery, image], 24)}`;
}

/** The id of a build that a person or program asked for; `unique` is fresh randomness. */
export function buildIdFresh(unique: string): string {
  return `b-${hash(['asked', unique], 24)}`;
}

/** The id of a build that a schedule causes: the same time that is due makes the same build, once for each image. */
export function buildIdScheduled(connection: string, schedule: string, dueAt: number, image: string): string {
  return `b-${hash(['schedule', connection, schedule, String(dueAt), image], 24)}`;
}

/**
 * The group of builds of which a newer one makes older ones give way: those of one ref (or pull request) of one
 * connection that are released to one place. @param of a full ref, or `pr:NUMBER`.
 */
export function concurrencyGroup(connection: string, of: string, destination: GroupDestination): string {
  return `g-${hash(['group', connection, of, destination.registry ?? '', destination.name], 24)}`;
}

/** Where an image goes (`Build.image`). */
type GroupDestination = { readonly registry: string | null; readonly name: string };

/** The id of a dead letter: the same message, given up twice by the same subscription, is one letter. */
export function deadLetterId(source: string, messageId: string): string {
  return `dl-${hash([source, messageId], 24)}`;
}

/** The tag by which the Cloud Builds of one attempt are found again: `build-{id}-a{attempt}`. */
export function attemptTag(buildId: string, attempt: number): string {
  return `build-${buildId}-a${attempt}`;
}

/** Reads an attempt tag back; null for any other tag. */
export function parseAttemptTag(tag: string): { buildId: string; attempt: number } | null {
  const match = /^build-(b-[0-9a-f]{24})-a([1-9][0-9]{0,3})$/.exec(tag);
  return match?.[1] && match[2] ? { buildId: match[1], attempt: Number(match[2]) } : null;
}

/**
 * The token that a builder redeems at the exchange: an HMAC of build and attempt, so that every submitter
 * makes the same one. It may be seen by whoever may read Build resources, and is worthless without the
 * builder's identity.
 */
export function exchangeToken(key: Secret, buildId: string, attempt: number): string {
  return hmac(key, `exchange:${buildId}:${attempt}`).toString('base64url');
}

/** The key with which the builder of one attempt signs its events and log chunks. */
export function eventKey(key: Secret, buildId: string, attempt: number): string {
  return hmac(key, `events:${buildId}:${attempt}`).toString('base64url');
}

/** The token with which the builder of one attempt signs its callbacks, where it cannot publish. */
export function callbackToken(key: Secret, buildId: string, attempt: number): string {
  return hmac(key, `callback:${buildId}:${attempt}`).toString('base64url');
}

/**
 * A webhook secret of one connection of a repository: derived, so that it is stored nowhere. The prefix is for those
 * who look for secrets in files. GitLab takes as a signing token only what Standard Webhooks calls a secret: `whsec_`
 * and 32 bytes in base64 (docs.gitlab.com/api/project_webhooks).
 */
export function webhookSecret(
  key: Secret,
  { platform, connection_id }: Pick<Repository, 'platform' | 'connection_id'>,
  generation: number,
): string {
  const bytes = hmac(key, `webhook:${connection_id}:${generation}`);
  return platform === 'gitlab' ? `whsec_${bytes.toString('base64')}` : `bfw_${bytes.toString('base64url')}`;
}

/** The key that signs the cookie of those who answer a terminal's request, derived so that there is none more to keep. */
export function deviceCookieKey(key: Secret): string {
  return hmac(key, 'cookie:device').toString('base64url');
}

/** The signature of a message body: base64url HMAC-SHA256 over its exact bytes. */
export function signBody(eventKeyValue: string, body: Uint8Array): string {
  return createHmac('sha256', eventKeyValue).update(body).digest('base64url');
}

/** Compares two strings in a time that depends on neither. */
export function safeEqual(a: string, b: string): boolean {
  const left = createHash('sha256').update(a).digest();
  const right = createHash('sha256').update(b).digest();
  return timingSafeEqual(left, right);
}

/** What is stored of an API token: its SHA-256, hex. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** The id of an API token: the start of its hash, which tells nothing of 192 random bits. */
export function tokenIdOf(hash: string): string {
  return `t-${hash.slice(0, 24)}`;
}

/** The id of a member: the same person, once in each team. */
export function memberId(team: string, email: string): string {
  return `m-${hash([team, email], 24)}`;
}

function hmac(key: Secret, text: string): Buffer {
  return createHmac('sha256', key.reveal()).update(text).digest();
}
