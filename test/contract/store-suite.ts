import { describe } from 'vitest';
import { describeAccess } from './store/access.ts';
import { describeApply } from './store/apply.ts';
import { describeBuildList } from './store/build-list.ts';
import { describeBuilds } from './store/builds.ts';
import { describeChores } from './store/chores.ts';
import { describeDeadLetters } from './store/dead-letters.ts';
import { describeDeliveries } from './store/deliveries.ts';
import { describeDeviceGrants } from './store/device-grants.ts';
import { describeGiveBack } from './store/give-back.ts';
import { describeGroups } from './store/groups.ts';
import { describeIdempotency } from './store/idempotency.ts';
import { describeImageLocks } from './store/image-locks.ts';
import { describeLogs } from './store/logs.ts';
import { describeMoves } from './store/moves.ts';
import { describeQueue } from './store/queue.ts';
import { describeRegistries } from './store/registries.ts';
import { describeReports } from './store/reports.ts';
import { describeRepositories } from './store/repositories.ts';
import { describeSchedules } from './store/schedules.ts';
import { describeStats } from './store/stats.ts';
import type { MakeStore } from './store/subject.ts';
import { describeTags } from './store/tags.ts';
import { describeTeams } from './store/teams.ts';

/**
 * The contract of the whole `Store` port. What passes is a store; what only one implementation does is not
 * in here. `make` gives an empty store for each test.
 */
export function describeStore(name: string, make: MakeStore): void {
  describe(`store: ${name}`, () => {
    describeDeliveries(make);
    describeRepositories(make);
    describeSchedules(make);
    describeChores(make);
    describeBuilds(make);
    describeBuildList(make);
    describeApply(make);
    describeGiveBack(make);
    describeQueue(make);
    describeGroups(make);
    describeStats(make);
    describeLogs(make);
    describeTags(make);
    describeReports(make);
    describeMoves(make);
    describeRegistries(make);
    describeImageLocks(make);
    describeDeadLetters(make);
    describeIdempotency(make);
    describeDeviceGrants(make);
    describeTeams(make);
    describeAccess(make);
  });
}
