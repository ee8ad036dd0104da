import type { AuditRecord } from '#core/audit.ts';
import type { Build } from '#core/build.ts';
import type { HourOfBuilds } from '#core/build-stats.ts';
import type { DeadLetter } from '#core/dead-letter.ts';
import type { Delivery } from '#core/delivery.ts';
import type { DeliveryBody } from '#core/delivery-body.ts';
import type { DeviceGrant } from '#core/device-grant.ts';
import type { Disconnection } from '#core/disconnection.ts';
import type { LogChunk } from '#core/events.ts';
import type { Group } from '#core/groups.ts';
import type { KeyUse } from '#core/idempotency.ts';
import type { ImageLock } from '#core/image-lock.ts';
import type { Member } from '#core/member.ts';
import type { OrderedPush } from '#core/order.ts';
import type { TeamRegistry } from '#core/registry.ts';
import type { ReportDocument } from '#core/report-document.ts';
import type { Repository } from '#core/repository.ts';
import type { ScheduleBook } from '#core/schedules.ts';
import type { TagDocument } from '#core/tags.ts';
import type { Team } from '#core/team.ts';
import type { ApiToken } from '#core/token.ts';

/** A pool as the queue keeps it: who submits for it, until when, and the next place in the order of pushes. */
export interface Pool {
  readonly holder: string | null;
  readonly leaseUntil: number;
  readonly nextOrder: number;
  /** The teams that got a slot lately, the last one last. */
  readonly served: readonly string[];
  readonly usualMs: number | null;
}

/** What all parts of the in-memory store share, and how they touch it. */
export interface State {
  readonly deliveries: Map<string, Delivery>;
  /** By the id of the delivery. */
  readonly deliveryBodies: Map<string, DeliveryBody>;
  readonly teams: Map<string, Team>;
  /** By `memberId`. */
  readonly members: Map<string, Member>;
  readonly repositories: Map<string, Repository>;
  readonly disconnections: Map<string, Disconnection>;
  /** By connection. */
  readonly schedules: Map<string, ScheduleBook>;
  /** When each was last somebody's turn, by name. */
  readonly chores: Map<string, number>;
  readonly builds: Map<string, Build>;
  readonly pools: Map<string, Pool>;
  readonly refs: Map<string, readonly OrderedPush[]>;
  readonly groups: Map<string, Group>;
  readonly chunks: Map<string, LogChunk>;
  readonly tags: Map<string, TagDocument>;
  readonly reports: Map<string, ReportDocument>;
  readonly registries: Map<string, TeamRegistry>;
  /** By `tokenIdOf` of the hash. */
  readonly tokens: Map<string, ApiToken>;
  readonly auditLog: Map<string, AuditRecord>;
  /** The builds that have a place, by day and team. */
  readonly quotas: Map<string, Set<string>>;
  readonly imageLocks: Map<string, ImageLock>;
  readonly deadLetters: Map<string, DeadLetter>;
  /** The builds that ended and are not counted. */
  readonly uncounted: Set<string>;
  readonly hours: Map<string, HourOfBuilds>;
  readonly keyUses: Map<string, KeyUse>;
  /** By the user code. */
  readonly deviceGrants: Map<string, DeviceGrant>;
  /** Called after every step, since any of them may be what somebody waits for. */
  readonly watchers: Set<() => void>;
}

/** An empty store. */
export function newState(): State {
  return {
    deliveries: new Map(),
    deliveryBodies: new Map(),
    teams: new Map(),
    members: new Map(),
    repositories: new Map(),
    disconnections: new Map(),
    schedules: new Map(),
    chores: new Map(),
    builds: new Map(),
    pools: new Map(),
    refs: new Map(),
    groups: new Map(),
    chunks: new Map(),
    tags: new Map(),
    reports: new Map(),
    registries: new Map(),
    tokens: new Map(),
    auditLog: new Map(),
    quotas: new Map(),
    imageLocks: new Map(),
    deadLetters: new Map(),
    uncounted: new Set(),
    hours: new Map(),
    keyUses: new Map(),
    deviceGrants: new Map(),
    watchers: new Set(),
  };
}

/**
 * One step of the store: it happens at one instant (the callback is synchronous, so it is linearisable), but
 * not in the caller's own one, so that callers interleave as they do with a real store. What goes in and out
 * is cloned: nobody holds a piece of the store.
 */
export async function step<T>(state: State, operation: () => T): Promise<T> {
  await Promise.resolve();
  const result = structuredClone(operation());
  for (const watcher of [...state.watchers]) watcher();
  return result;
}

/** `create` of a document: the first one stays. */
export function createIn<T>(documents: Map<string, T>, id: string, document: T): 'created' | 'exists' {
  if (documents.has(id)) return 'exists';
  documents.set(id, structuredClone(document));
  return 'created';
}
