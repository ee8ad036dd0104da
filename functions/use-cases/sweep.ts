import type { Build } from '#core/build.ts';
import { TOPICS } from '#core/messages.ts';
import type { CloudBuilds, Store } from '#core/ports.ts';
import { DEFAULT_POOL } from './new-build.ts';
import { type RecordDeps, recordCloudBuild, recordEvent } from './record-event.ts';
import { runEffects } from './run-effects.ts';
import { type TagWriterDeps, writeTag } from './write-tag.ts';

export interface SweepDeps extends RecordDeps, TagWriterDeps {
  readonly store: Pick<Store, 'builds' | 'deliveries' | 'tags'>;
  readonly cloudBuilds: CloudBuilds;
  /** What is younger than this is left alone: its messages may still be on their way. */
  readonly graceMs: number;
}

/** What a sweep found and repaired, by kind; `failures` are what it could not. */
export interface SweepReport {
  readonly repaired: Record<string, number>;
  readonly failures: readonly { readonly what: string; readonly why: string }[];
}

const AT_MOST = 100;

/**
 * Finds what stands still and repairs it by asking what is true. Each thing is repaired for itself: one that
 * cannot be repaired is reported and does not hold up the others.
 */
export async function sweep(deps: SweepDeps): Promise<SweepReport> {
  const before = deps.now() - deps.graceMs;
  const repaired: Record<string, number> = {};
  const failures: { what: string; why: string }[] = [];
  const each = async <T>(
    kind: string,
    items: readonly T[],
    name: (item: T) => string,
    repair: (item: T) => Promise<void>,
  ) => {
    for (const item of items) {
      try {
        await repair(item);
        repaired[kind] = (repaired[kind] ?? 0) + 1;
      } catch (error) {
        failures.push({
          what: `${kind} ${name(item)}`,
          why: error instanceof Error ? error.message : String(error),
        });
      }
    }
  };
  const { builds, deliveries, tags } = deps.store;

  const undecided = await deliveries.undecided(before, AT_MOST);
  await each(
    'delivery',
    undecided,
    (delivery) => delivery.id,
    (delivery) => deps.bus.publish(TOPICS.deliveries, { version: 1, delivery_id: delivery.id }),
  );
  const owing = await builds.withEffects(before, AT_MOST);
  await each(
    'effect',
    owing,
    (build) => build.id,
    (build) => runEffects(deps, build),
  );

  const silent = await builds.stale(['submitted', 'running', 'cancelling'], before, AT_MOST);
  await each(
    'build',
    silent,
    (build) => build.id,
    (build) => ask(deps, build),
  );

  const waiting = await builds.stale(['queued', 'submitting', 'waiting_approval'], before, AT_MOST);
  await each(
    'queue',
    expired(waiting, deps.now()),
    (build) => build.id,
    async (build) => {
      await recordEvent(deps, build.id, { type: 'queue_expired', at: deps.now() });
    },
  );
  await each(
    'wake-up',
    waiting.length > 0 ? [DEFAULT_POOL] : [],
    (pool) => pool,
    (pool) => deps.bus.publish(TOPICS.builds, { version: 1, build_id: pool }),
  );
  const dirty = await tags.dirty(before, AT_MOST);
  await each(
    'tag',
    dirty,
    ({ image, tag }) => `${image}:${tag}`,
    async ({ image, tag }) => {
      await writeTag(deps, image, tag);
    },
  );
  return { repaired, failures };
}

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
  if (own) return recordCloudBuild(deps, own);
  await recordEvent(deps, build.id, { type: 'cloud_build_lost', at: deps.now(), attempt: build.attempt });
}
