import type { BuildStatus } from '#core/build.ts';
import { type Disconnection, LAST_LOOK_MS } from '#core/disconnection.ts';
import type { Bus, CloudBuilds, Store } from '#core/ports.ts';
import { secretId } from '#core/repository.ts';
import { type LeaveHostDeps, leaveHost } from './leave-host.ts';
import { runEffects } from './run-effects.ts';

export interface CleanUpDeps extends LeaveHostDeps {
  readonly store: Pick<Store, 'repositories' | 'builds'>;
  readonly bus: Bus;
  readonly cloudBuilds: CloudBuilds;
}

/** From `promoting` on a build can no longer be stopped; one that is `cancelling` is stopped already. */
const STOPPABLE: readonly BuildStatus[] = [
  'waiting_approval',
  'queued',
  'submitting',
  'submitted',
  'running',
];
/** How many builds are stopped side by side. */
const AT_ONCE = 20;

/**
 * Cleans up after a disconnected repository: takes its webhook away at the host, stops its builds, removes its
 * secrets. All of it can be repeated, and is: whoever read the repository before it went may yet create a build or keep
 * a secret, so the note is worked off again once nobody can, and only then goes.
 */
export async function cleanUp(deps: CleanUpDeps, note: Disconnection): Promise<void> {
  const { connection_id, secret_names, disconnected_at } = note;
  const work = [
    leaveHost(deps, note),
    stopBuilds(deps, connection_id),
    ...secret_names.map((name) => deps.secrets.remove(secretId(connection_id, name))),
  ];
  const failure = (await Promise.allSettled(work)).find(({ status }) => status === 'rejected');
  if (failure?.status === 'rejected') throw failure.reason;
  const lastLookAt = disconnected_at + LAST_LOOK_MS;
  await deps.store.repositories.workedOff(connection_id, deps.now() < lastLookAt ? lastLookAt : null);
}

async function stopBuilds(deps: CleanUpDeps, connectionId: string): Promise<void> {
  for (;;) {
    const builds = await deps.store.builds.ofConnection(connectionId, STOPPABLE, AT_ONCE);
    if (builds.length === 0) return;
    await Promise.all(
      builds.map(async ({ id }) => {
        const { build } = await deps.store.builds.apply(id, { type: 'disconnected', at: deps.now() });
        await runEffects(deps, build);
      }),
    );
  }
}
