import type { Clock, GitHost, Store } from '#core/ports.ts';
import type { Platform } from '#core/repository.ts';

export interface RedeliverDeps {
  readonly store: Pick<Store, 'chores'>;
  readonly hosts: Readonly<Record<Platform, GitHost>>;
  readonly now: Clock;
}

/** How often the hosts are asked what they could not hand over (ms). */
const EVERY_MS = 10 * 60_000;

/** How far back: GitHub keeps its deliveries, and gives them again, for three days. */
const SINCE_MS = 3 * 24 * 3_600_000;

/**
 * Has the hosts send again what nobody took, where they do not by themselves. What comes again has the id that it
 * had: what was taken in after all is found decided. @returns how many were asked for.
 */
export async function redeliverMissed({ store, hosts, now }: RedeliverDeps): Promise<number> {
  let asked = 0;
  for (const { platform, redeliver } of Object.values(hosts)) {
    if (redeliver === undefined) continue;
    if (await store.chores.takeTurn(`redeliver-${platform}`, now(), EVERY_MS))
      asked += await redeliver(now() - SINCE_MS);
  }
  return asked;
}
