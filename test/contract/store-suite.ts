import { describe } from 'vitest';
import { describeApply } from './store/apply.ts';
import { describeBuildList } from './store/build-list.ts';
import { describeBuilds } from './store/builds.ts';
import { describeDeadLetters } from './store/dead-letters.ts';
import { describeDeliveries } from './store/deliveries.ts';
import { describeGiveBack } from './store/give-back.ts';
import { describeLogs } from './store/logs.ts';
import { describeQueue } from './store/queue.ts';
import { describeRepositories } from './store/repositories.ts';
import { describeStats } from './store/stats.ts';
import type { MakeStore } from './store/subject.ts';
import { describeTags } from './store/tags.ts';

/**
 * The contract of the whole `Store` port. What passes is a store; what only one implementation does is not
 * in here. `make` gives an empty store for each test.
 */
export function describeStore(name: string, make: MakeStore): void {
  describe(`store: ${name}`, () => {
    describeDeliveries(make);
    describeRepositories(make);
    describeBuilds(make);
    describeBuildList(make);
    describeApply(make);
    describeGiveBack(make);
    describeQueue(make);
    describeStats(make);
    describeLogs(make);
    describeTags(make);
    describeDeadLetters(make);
  });
}
