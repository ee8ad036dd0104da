import type { Build } from '#core/build.ts';
import { TOPICS, type Topic } from '#core/messages.ts';
import type { CloudBuilds, SecretStore, Store } from '#core/ports.ts';
import type { TagDocument } from '#core/tags.ts';
import { type CleanUpDeps, cleanUp } from './disconnect.ts';
import { expireImage } from './expire-images.ts';
import type { ImagesDeps } from './images.ts';
import { DEFAULT_POOL } from './new-build.ts';
import { type RecordDeps, recordCloudBuild, recordEvent } from './record-event.ts';
import { type RedeliverDeps, redeliverMissed } from './redeliver-missed.ts';
import { runEffects } from './run-effects.ts';
import { type RunSchedulesDeps, runSchedules } from './run-schedules.ts';
import {
  ownRegistryOf,
  type RegistryRepair,
  repairAtRegistries,
  runQuickEffects,
  withoutSlowEffects,
} from './sweep-registries.ts';
import { repairTag, type TagWriterDeps } from './write-tag.ts';

export interface SweepDeps
  extends RecordDeps,
    TagWriterDeps,
    CleanUpDeps,
    ImagesDeps,
    RunSchedulesDeps,
    RedeliverDeps {
  readonly store: Store;
  readonly secrets: SecretStore;
  readonly cloudBuilds: CloudBuilds;
  readonly paths: { readonly staging: string; readonly release: string };
  /** What is younger than this is left alone: its messages may still be on their way. */
  readonly graceMs: number;
}

/** What a sweep found and repaired, by kind; `failures` are what it could not. */
export interface SweepReport {
  readonly repaired: Record<string, number>;
  readonly failures: readonly { readonly what: string; readonly why: string }[];
}

/** More than a pool has slots (150 at most), so that builds which are well cannot hide others from a sweep. */
const AT_MOST = 200;

/**
 * Finds what stands still and repairs it by asking what is true. Each thing is repaired for itself: one that
 * cannot be repaired is reported and does not hold up the others. What waits for the teams' own registries, which
 * may take as long as they like, comes last.
 */
export async function sweep(deps: SweepDeps): Promise<SweepReport> {
  const before = deps.now() - deps.graceMs;
  const repaired: Record<string, number> = {};
  const failures: { what: string; why: string }[] = [];
  /** @returns what it failed with, which is reported. */
  const attempt = async (what: string, work: () => Promise<void>): Promise<unknown> => {
    try {
      await work();
      return null;
    } catch (error) {
      failures.push({ what, why: error instanceof Error ? error.message : String(error) });
      return error;
    }
  };
  const one = (kind: string, name: string, repair: () => Promise<unknown>) =>
    attempt(`${kind} ${name}`, async () => {
      if ((await repair()) === false) return;
      repaired[kind] = (repaired[kind] ?? 0) + 1;
    });
  const each = <T>(
    kind: string,
    find: () => Promise<readonly T[]>,
    name: (item: T) => string,
    repair: (item: T) => Promise<unknown>,
  ) =>
    attempt(kind, async () => {
      for (const item of await find()) await one(kind, name(item), () => repair(item));
    });
  const { builds, deliveries, tags } = deps.store;
  const byId = (item: { id: string }) => item.id;
  const wake = (topic: Topic, body: object) => deps.bus.publish(topic, { version: 1, ...body });

  const undecided = () => deliveries.undecided(before, AT_MOST);
  await each('delivery', undecided, byId, ({ id }) => wake(TOPICS.deliveries, { delivery_id: id }));

  const due = () => deps.store.reports.due(deps.now(), AT_MOST);
  await each('report', due, byId, ({ build_id }) => wake(TOPICS.reports, { build_id }));

  const later: RegistryRepair[] = [];
  const owing = () => builds.withEffects(before, AT_MOST);
  await each('effect', owing, byId, async (build) => {
    const at = ownRegistryOf(build);
    if (at === null) return runEffects(deps, build);
    later.push({ at, repair: () => one('release', build.id, () => runEffects(deps, build)) });
    return runQuickEffects(deps, build);
  });

  const silent = () => builds.stale(['submitted', 'running', 'cancelling'], before, AT_MOST);
  await each('build', silent, byId, (build) => ask(deps, build));

  const waiting = () => builds.stale(['queued', 'submitting', 'waiting_approval'], before, AT_MOST);
  await each(
    'queue',
    async () => expired(await waiting(), deps.now()),
    byId,
    ({ id }) => recordEvent(deps, id, { type: 'queue_expired', at: deps.now() }),
  );
  await each(
    'wake-up',
    async () => {
      const work = (await waiting()).length > 0 || (await deps.store.stats.owed(DEFAULT_POOL, before));
      return work ? [DEFAULT_POOL] : [];
    },
    (pool) => pool,
    (pool) => wake(TOPICS.builds, { build_id: pool }),
  );
  const ofInstallation = () => tags.dirty('installation', before, AT_MOST);
  await each('tag', ofInstallation, nameOf, (document) => repairTag(deps, document));
  await each(
    'disconnection',
    () => deps.store.repositories.disconnections(before, AT_MOST),
    (note) => note.connection_id,
    async (note) => {
      await cleanUp(deps, note);
      return note.due_at === note.disconnected_at; // else it is the last look, which is no repair
    },
  );
  await each(
    'image',
    () => builds.expiring(deps.now(), AT_MOST),
    byId,
    async (build) => {
      await expireImage(deps, build);
      return false; // it is no repair
    },
  );
  const runDue = () =>
    attempt('schedule', async () => {
      const books = await deps.store.schedules.due(deps.now(), AT_MOST);
      await inLanes(books, (book) =>
        one('schedule', book.repository_id, async () => {
          await runSchedules(deps, book);
          return false; // it is no repair
        }),
      );
    });
  await attempt('own tag', async () => {
    for (const document of await tags.dirty('teams', before, AT_MOST)) {
      const at = `${document.team} ${document.registry}`;
      later.push({ at, repair: () => one('tag', nameOf(document), () => repairTag(deps, document)) });
    }
  });
  const redeliver = () =>
    attempt('redelivery', async () => {
      const asked = await redeliverMissed(deps);
      if (asked > 0) repaired.redelivery = asked;
    });
  await Promise.all([repairAtRegistries(later), runDue(), redeliver()]);
  return { repaired, failures };
}

const nameOf = ({ registry, image, tag }: TagDocument): string =>
  `${registry === null ? '' : `${registry}/`}${image}:${tag}`;

function expired(builds: readonly Build[], now: number): Build[] {
  return builds.filter(
    (build) => build.status !== 'submitting' && build.queued_at + build.queue_ttl_s * 1000 < now,
  );
}

/** Asks Cloud Build how a build stands; ends the doubles of it that lost the exchange. */
async function ask(deps: SweepDeps, build: Build): Promise<void> {
  const listed = await deps.cloudBuilds.ofAttempt(build.id, build.attempt);
  const own = build.cloud_build_id === null ? listed.at(0) : await deps.cloudBuilds.get(build.cloud_build_id);
  const doubles = build.bound ? listed.filter((view) => view.id !== build.cloud_build_id) : [];
  await Promise.all(doubles.map((view) => deps.cloudBuilds.cancel(view.id)));
  if (own) return recordCloudBuild(withoutSlowEffects(deps, build), own, true);
  await recordEvent(deps, build.id, { type: 'cloud_build_lost', at: deps.now(), attempt: build.attempt });
}

/** How many schedules are worked off side by side: each waits for its git host. */
const LANES = 8;

async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const rest = [...items];
  const lane = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}
