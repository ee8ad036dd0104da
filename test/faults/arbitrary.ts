import fc from 'fast-check';
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
const CALLS: Readonly<Record<FunctionName | 'builder', readonly string[]>> = {
  webhooks: ['deliveries.create', 'bus.publish'],
  api: ['repositories.get', 'refs.resolve', 'builds.create', 'builds.apply', ...EFFECTS, ...CANCEL],
  intake: ['deliveries.get', 'repositories.get', 'builds.create', 'deliveries.decide', ...EFFECTS],
  submit: [
    'queue.lease',
    'queue.release',
    'queue.stamp',
    'queue.claim',
    'builds.inStates',
    'builds.apply',
    'cloudBuilds.create',
    ...EFFECTS,
    ...CANCEL,
  ],
  exchange: ['builds.apply', 'repositories.get', 'secrets.get', 'builds.clearEffect', ...CANCEL],
  record: RECORD,
  logs: ['logs.create'],
  'dead-letters': ['deadLetters.create', 'builds.get'],
  sweep: [
    'deliveries.undecided',
    'builds.withEffects',
    'builds.stale',
    'tags.dirty',
    'cloudBuilds.get',
    ...RECORD,
  ],
  builder: ['http.exchange', 'http.push', 'bus.publish'],
};

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
  'logs',
  'dead-letters',
  'sweep',
];

/** Short of a lease, past it, past several sweeps, past Pub/Sub's patience. */
const wait = fc.constantFrom(2000, 20_000, 45_000, 130_000, 400_000, 700_000);

/** Most things happen early: what a schedule names should happen in it. */
const early = (max: number): fc.Arbitrary<number> =>
  fc.oneof({ weight: 3, arbitrary: fc.nat(Math.ceil(max / 4)) }, fc.nat(max));

const callFault: fc.Arbitrary<CallFault> = fc
  .constantFrom(...Object.entries(CALLS).flatMap(([by, ports]) => ports.map((port) => ({ by, port }))))
  .chain(({ by, port }) =>
    fc.record({
      by: fc.constant(by as CallFault['by']),
      port: fc.constant(port),
      nth: early(12),
      fate: fc.constantFrom(...FATES),
      ms: wait,
    }),
  );

const messageFault: fc.Arbitrary<MessageFault> = fc.record({
  topic: fc.constantFrom(
    TOPICS.deliveries,
    TOPICS.builds,
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
      of: fc.constantFrom('store', 'bus', 'cloudBuilds', 'registry'),
      ms: wait,
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
      how: fc.constantFrom('killed', 'internal_error', 'hangs', 'vanishes'),
    }),
  },
);

const some = <T>(one: fc.Arbitrary<T>, maxLength: number) => fc.array(one, { maxLength, size: 'max' });

/** Schedules: each list shrinks to the few entries that matter. */
export const schedules: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.nat(0xffff),
  capacity: fc.constantFrom(1, 2, 3),
  submitters: fc.constantFrom<1 | 2>(1, 2),
  listLag: fc.constantFrom(0, 30_000, 100_000),
  reproducible: fc.boolean(),
  actions: fc.array(action, { minLength: 1, maxLength: 10, size: 'max' }),
  cancels: some(cancel, 3),
  calls: some(callFault, 14),
  messages: some(messageFault, 10),
  builders: some(builderFate, 6),
});
