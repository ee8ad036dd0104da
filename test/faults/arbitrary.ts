import fc from 'fast-check';
import type { Concurrency } from '#core/concurrency.ts';
import { TOPICS } from '#core/messages.ts';
import {
  type Action,
  BUILDER_STEPS,
  type BuilderFate,
  type CallFate,
  type CallFault,
  type Cancel,
  type FunctionName,
  type MessageFault,
  type Schedule,
} from './schedule.ts';

const EFFECTS = ['bus.publish', 'builds.clearEffect'];
const CANCEL = ['cloudBuilds.cancel', 'cloudBuilds.ofAttempt'];
const RECORD = [
  'builds.get',
  'builds.apply',
  'registry.digest',
  'registry.copy',
  'registry.putTag',
  'tags.lease',
  'tags.settle',
  'tags.release',
  ...EFFECTS,
  ...CANCEL,
];

/** Which ports each function, and a builder, calls. */
const CALLS: readonly (readonly [CallFault['by'], readonly string[]])[] = [
  ['webhooks', ['deliveries.create', 'bus.publish']],
  ['api', ['repositories.get', 'refs.resolve', 'builds.create', 'builds.apply', ...EFFECTS, ...CANCEL]],
  [
    'intake',
    [
      'deliveries.get',
      'repositories.get',
      'host.readFile',
      'schedules.change',
      'builds.create',
      'deliveries.decide',
      ...EFFECTS,
    ],
  ],
  [
    'submit',
    [
      'queue.lease',
      'queue.release',
      'queue.stamp',
      'queue.claim',
      'queue.state',
      'queue.unplaced',
      'queue.firstOfTeams',
      'queue.unsettled',
      'queue.settle',
      'builds.openOfGroup',
      'teams.get',
      'stats.count',
      'builds.inStates',
      'builds.apply',
      'cloudBuilds.create',
      ...EFFECTS,
      ...CANCEL,
    ],
  ],
  ['exchange', ['builds.apply', 'repositories.get', 'secrets.get', 'builds.clearEffect', ...CANCEL]],
  ['record', RECORD],
  [
    'report',
    [
      'builds.get',
      'builds.ofCommit',
      'builds.clearEffect',
      'repositories.get',
      'reports.get',
      'reports.lease',
      'reports.settle',
      'gitHost.report',
    ],
  ],
  ['logs', ['logs.create']],
  ['dead-letters', ['deadLetters.create', 'builds.get']],
  [
    'sweep',
    [
      'deliveries.undecided',
      'builds.withEffects',
      'builds.stale',
      'stats.owed',
      'reports.due',
      'tags.dirty',
      'builds.expiring',
      'schedules.due',
      'cloudBuilds.get',
      ...RECORD,
    ],
  ],
  ['builder', ['http.exchange', 'http.push', 'bus.publish']],
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
  'exchange',
  'record',
  'report',
  'logs',
  'dead-letters',
  'sweep',
];

/** An outage that builds expire in while they wait. */
const PAST_THE_QUEUE_MS = 4_500_000;

/** Short of a lease, past it, past several sweeps, past Pub/Sub's patience. */
const wait = fc.constantFrom(2000, 20_000, 45_000, 130_000, 400_000, 700_000);

/** Most things happen early: what a schedule names should happen in it. */
const early = (max: number): fc.Arbitrary<number> =>
  fc.oneof({ weight: 3, arbitrary: fc.nat(Math.ceil(max / 4)) }, fc.nat(max));

/** Calls between which a death or a lost answer hurts most. */
const CRITICAL: readonly Pick<CallFault, 'by' | 'port'>[] = [
  { by: 'submit', port: 'cloudBuilds.create' },
  { by: 'submit', port: 'builds.apply' },
  { by: 'submit', port: 'queue.claim' },
  { by: 'exchange', port: 'builds.apply' },
  { by: 'api', port: 'cloudBuilds.cancel' },
  { by: 'builder', port: 'http.exchange' },
  { by: 'record', port: 'builds.apply' },
  { by: 'record', port: 'registry.copy' },
  { by: 'record', port: 'registry.putTag' },
  { by: 'record', port: 'tags.settle' },
  { by: 'report', port: 'gitHost.report' },
];
const EVERY: typeof CRITICAL = CALLS.flatMap(([by, ports]) => ports.map((port) => ({ by, port })));

const faultAt = (calls: typeof CRITICAL, fates: readonly CallFate[], most: number): fc.Arbitrary<CallFault> =>
  fc
    .record({
      call: fc.constantFrom(...calls),
      nth: early(most),
      fate: fc.constantFrom(...fates),
      ms: wait,
    })
    .map(({ call, ...fault }) => ({ ...call, ...fault }));
const callFault = fc.oneof({ weight: 2, arbitrary: faultAt(EVERY, FATES, 12) }, faultAt(CRITICAL, FATES, 6));

const messageFault: fc.Arbitrary<MessageFault> = fc.record({
  topic: fc.constantFrom(
    TOPICS.deliveries,
    TOPICS.builds,
    TOPICS.reports,
    TOPICS.buildEvents,
    TOPICS.buildLogs,
    TOPICS.cloudBuilds,
    TOPICS.deadLetters,
  ),
  nth: early(16),
  fate: fc.constantFrom('lost', 'doubled', 'late'),
  ms: wait,
});

const at = early(180_000);
const repo = fc.constantFrom<0 | 1>(0, 0, 1);

const push: fc.Arbitrary<Action> = fc.record({
  kind: fc.constant('push'),
  at,
  repo,
  ref: fc.constantFrom('main', 'main', 'main', 'tag', 'side'),
  commit: fc.nat(4),
  hooks: fc.constantFrom<1 | 2>(1, 2),
  late: early(40_000),
  redeliver: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, early(200_000)),
});

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 8, arbitrary: push },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('build'),
      at,
      repo,
      by: fc.constantFrom('branch', 'commit'),
      commit: fc.nat(4),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forge'), at }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('kill'), at, function: fc.constantFrom(...FUNCTIONS) }),
  },
  {
    weight: 1,
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
      of: fc.constantFrom('store', 'bus', 'cloudBuilds', 'registry', 'gitHost'),
      ms: fc.oneof({ weight: 8, arbitrary: wait }, fc.constant(PAST_THE_QUEUE_MS)),
    }),
  },
);

const cancel: fc.Arbitrary<Cancel> = fc.record({
  build: fc.nat(5),
  in: fc.constantFrom('queued', 'submitting', 'submitted', 'running', 'promoting'),
  late: early(20_000),
});

const builderFate: fc.Arbitrary<BuilderFate> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<BuilderFate>({ kind: 'builds' }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('fails'),
      fault: fc.constantFrom('user', 'transient', 'bug'),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom<BuilderFate>({ kind: 'lies' }, { kind: 'silent' }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('ends'),
      before: fc.constantFrom(...BUILDER_STEPS),
      how: fc.constantFrom('killed', 'internal_error', 'hangs', 'vanishes', 'cancelled', 'expired'),
    }),
  },
);

const some = <T>(one: fc.Arbitrary<T>, maxLength: number) => fc.array(one, { maxLength, size: 'max' });

const policy = fc.constantFrom<Concurrency>('parallel', 'parallel', 'cancel', 'cancel', 'wait');

/** Anything, anywhere. */
const anything: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.nat(0xffff),
  capacity: fc.constantFrom(1, 2, 3),
  submitters: fc.constantFrom<1 | 2>(1, 2),
  listLag: fc.constantFrom(0, 30_000, 100_000),
  reproducible: fc.boolean(),
  concurrency: fc.tuple(policy, policy),
  actions: fc.array(action, { minLength: 1, maxLength: 10, size: 'max' }),
  cancels: some(cancel, 3),
  calls: some(callFault, 14),
  messages: some(messageFault, 10),
  builders: some(builderFate, 6),
});

/** Pushes of one branch in a few seconds: their builds end side by side, and want the same tags or slots. */
const rush = fc.array(
  fc.record<Extract<Action, { kind: 'push' }>>({
    kind: fc.constant('push'),
    at: fc.nat(15_000),
    repo: fc.constant(0),
    ref: fc.constant('main'),
    commit: fc.nat(4),
    hooks: fc.constant(1),
    late: fc.constant(0),
    redeliver: fc.constant(null),
  }),
  { minLength: 2, maxLength: 6, size: 'max' },
);

const TAG_WRITING = [
  'registry.copy',
  'registry.digest',
  'registry.putTag',
  'tags.lease',
  'tags.settle',
  'tags.release',
];
const QUEUEING = [
  'queue.lease',
  'queue.stamp',
  'queue.claim',
  'queue.firstOfTeams',
  'queue.settle',
  'builds.openOfGroup',
  'builds.inStates',
  'cloudBuilds.create',
  'builds.apply',
];
const CANCELLING = ['builds.apply', 'builds.clearEffect', ...CANCEL];
const by = (role: CallFault['by'], ports: readonly string[]) => ports.map((port) => ({ by: role, port }));

const STANDSTILL: readonly CallFate[] = [
  'stall_before',
  'stall_after',
  'death_before',
  'death_after',
  'error_after',
];

/** A rush, with faults in one place only, and little else going on. */
const focused = (
  calls: typeof CRITICAL,
  fates: readonly CallFate[],
  cancels: { minLength: number; maxLength: number },
): fc.Arbitrary<Schedule> =>
  fc.record({
    seed: fc.nat(0xffff),
    capacity: fc.constantFrom(1, 3),
    submitters: fc.constant(2),
    listLag: fc.constantFrom(0, 30_000),
    reproducible: fc.constant(false),
    concurrency: fc.tuple(policy, policy),
    actions: rush,
    cancels: fc.array(cancel, cancels),
    calls: some(faultAt(calls, fates, 6), 6),
    messages: some(messageFault, 2),
    builders: fc.constant([]),
  });

const SELDOM = { minLength: 0, maxLength: 1 };
const SURELY = { minLength: 1, maxLength: 3 };

/** Schedules: each list shrinks to the few entries that matter. */
export const schedules: fc.Arbitrary<Schedule> = fc.oneof(
  { weight: 5, arbitrary: anything },
  { weight: 1, arbitrary: focused(by('record', TAG_WRITING), FATES, SELDOM) },
  { weight: 1, arbitrary: focused(by('submit', QUEUEING), STANDSTILL, SELDOM) },
  { weight: 1, arbitrary: focused(by('api', CANCELLING), FATES, SURELY) },
);
