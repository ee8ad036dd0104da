import fc from 'fast-check';
import { TOPICS } from '#core/messages.ts';
import type {
  Action,
  BuilderFate,
  CallFate,
  CallFault,
  Cancel,
  FunctionName,
  MessageFault,
  Schedule,
} from '../schedule.ts';
import { COMMITS } from './git-host.ts';
import { CAPACITY, LIST_LAG_MS } from './limits.ts';

const STORE = ['store.read', 'store.write', 'bus.publish'];
const CANCEL = ['cloudBuilds.cancel', 'cloudBuilds.ofAttempt'];
const RELEASE = ['registry.read', 'registry.copy', 'registry.putTag'];

/** What each function, and a builder, calls, as the gates tell it. Calls that decide most come more often. */
const CALLS: readonly (readonly [CallFault['by'], readonly string[]])[] = [
  ['webhooks', ['store.write', 'bus.publish']],
  ['api', STORE],
  ['intake', STORE],
  ['submit', [...STORE, 'store.write', 'cloudBuilds.create']],
  ['exchange', ['store.read', 'store.write', 'store.write']],
  ['record', [...STORE, 'store.write', 'store.write', ...RELEASE, ...CANCEL]],
  ['logs', ['store.write']],
  ['sweep', ['store.read', 'store.write', 'cloudBuilds.get', ...CANCEL, 'registry.putTag']],
  ['builder', ['http.exchange', 'http.exchange', 'bus.publish']],
];

const FATES: readonly CallFate[] = [
  'error_before',
  'error_after',
  'effect_late',
  'death_before',
  'death_after',
  'stall_before',
  'stall_after',
  'twice',
  'refused',
];
const FUNCTIONS: readonly FunctionName[] = [
  'webhooks',
  'api',
  'intake',
  'submit',
  'submit',
  'exchange',
  'record',
  'record',
  'logs',
  'sweep',
];

/** Short of a lease, past it, past some sweeps. */
const wait = fc.constantFrom(300, 1000, 2500, 4500);
const early = (max: number): fc.Arbitrary<number> =>
  fc.oneof({ weight: 3, arbitrary: fc.nat(Math.ceil(max / 4)) }, fc.nat(max));
const at = early(5000);
const repo = fc.constantFrom<0 | 1>(0, 0, 0, 1);
/** The last one cannot be built; one in nine is enough of those. */
const commit = fc.oneof(
  { weight: 8, arbitrary: fc.nat(COMMITS - 2) },
  { weight: 1, arbitrary: fc.constant(COMMITS - 1) },
);

const push: fc.Arbitrary<Action> = fc.record({
  kind: fc.constant('push'),
  at,
  repo,
  ref: fc.constantFrom('main', 'main', 'main', 'main', 'tag', 'side'),
  commit,
  hooks: fc.constantFrom<1 | 2>(1, 2),
  late: early(2500),
  redeliver: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, early(4000)),
});
const build: fc.Arbitrary<Action> = fc.record({
  kind: fc.constant('build'),
  at,
  repo,
  by: fc.constantFrom('branch', 'commit'),
  commit,
});
const other: fc.Arbitrary<Action> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forge'), at }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('kill'), at, function: fc.constantFrom(...FUNCTIONS) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('pause'),
      at,
      function: fc.constantFrom(...FUNCTIONS),
      ms: wait,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('outage'),
      at,
      of: fc.constantFrom('store', 'bus', 'cloudBuilds', 'registry'),
      ms: wait,
    }),
  },
);

const faultAt = (
  calls: fc.Arbitrary<Pick<CallFault, 'by' | 'port'>>,
  fates: readonly CallFate[],
): fc.Arbitrary<CallFault> =>
  calls.chain(({ by, port }) =>
    fc.record({
      by: fc.constant(by),
      port: fc.constant(port),
      nth: port.startsWith('store') ? early(6) : fc.nat(1),
      fate: fc.constantFrom(...fates),
      ms: wait,
    }),
  );

const callFault: fc.Arbitrary<CallFault> = fc.oneof(
  {
    weight: 6,
    arbitrary: faultAt(
      fc.constantFrom(...CALLS.flatMap(([by, ports]) => ports.map((port) => ({ by, port })))),
      FATES,
    ),
  },
  // What makes two Cloud Builds of one, and what brings a tag late: the doubts that the fences are for.
  {
    weight: 2,
    arbitrary: faultAt(fc.constant({ by: 'submit', port: 'cloudBuilds.create' }), [
      'twice',
      'effect_late',
      'error_after',
      'death_after',
    ]),
  },
  {
    weight: 2,
    arbitrary: faultAt(fc.constant({ by: 'record', port: 'registry.putTag' }), [
      'twice',
      'effect_late',
      'stall_before',
      'death_before',
    ]),
  },
);
const messageFault: fc.Arbitrary<MessageFault> = fc.record({
  topic: fc.constantFrom(
    TOPICS.deliveries,
    TOPICS.builds,
    TOPICS.buildEvents,
    TOPICS.buildEvents,
    TOPICS.buildLogs,
    TOPICS.cloudBuilds,
  ),
  nth: early(10),
  fate: fc.constantFrom('lost', 'doubled', 'late'),
  ms: wait,
});
const cancel: fc.Arbitrary<Cancel> = fc.record({
  build: fc.nat(3),
  in: fc.constantFrom('queued', 'submitting', 'submitted', 'running', 'promoting'),
  late: early(2000),
});
/** What can be done to a real builder. That it fails is in a commit; Cloud Build's own faults are not to be had. */
const builderFate: fc.Arbitrary<BuilderFate> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<BuilderFate>({ kind: 'builds' }) },
  { weight: 1, arbitrary: fc.constant<BuilderFate>({ kind: 'silent' }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('ends'),
      before: fc.constantFrom('exchange', 'clone', 'build', 'push', 'output', 'report', 'exit'),
      how: fc.constantFrom('killed', 'hangs'),
    }),
  },
);
const some = <T>(one: fc.Arbitrary<T>, maxLength: number, minLength = 0) =>
  fc.array(one, { minLength, maxLength, size: 'max' });

/** Schedules for the real stack: of some seconds, with a few builds and faults that can be made real. */
const realSchedules: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.nat(0xffff),
  capacity: fc.constant(CAPACITY),
  submitters: fc.constantFrom<1 | 2>(1, 2),
  listLag: fc.constant(LIST_LAG_MS),
  reproducible: fc.constant(false), // an index names its provenance, which has times
  concurrency: fc.constant(['cancel', 'cancel'] as const), // the service's own default
  actions: fc
    .tuple(some(push, 4, 2), some(build, 1), some(other, 3))
    .map((kinds) => kinds.flat().toSorted((a, b) => a.at - b.at)),
  cancels: some(cancel, 2),
  calls: some(callFault, 12, 5),
  messages: some(messageFault, 5, 1),
  builders: some(builderFate, 4, 2),
});

/** The schedule of a seed. */
export function scheduleOf(seed: number): Schedule {
  const [schedule] = fc.sample(realSchedules, { seed, numRuns: 1 });
  if (!schedule) throw new Error('fast-check made no schedule');
  return schedule;
}
