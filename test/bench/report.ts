import { KINDS, type Kind } from './apps.ts';
import { type Samples, totalOf } from './builds.ts';
import type { HandTimes } from './by-hand.ts';
import type { Counts } from './counting/counter.ts';
import type { Load } from './load.ts';
import type { MachineFacts } from './machine-facts.ts';
import { STAGES, type StageName } from './stages.ts';
import { median, percentile, type Series, series } from './statistics.ts';
import { AMOUNT, CONNECTIONS, type WebhookRuns } from './webhooks.ts';

/** One kind of build, both ways (ms). */
export interface BuildFigures {
  readonly by_hand: Series;
  readonly service: Series;
  /** Service minus by hand, round by round. */
  readonly difference: Series;
  /** Service through by hand, of the medians. */
  readonly ratio: number;
  /** The webhook's answer. */
  readonly answer: Series;
  readonly stages: readonly StageFigures[];
}

/** A part of the way through the service (ms), beside the same part by hand. */
export interface StageFigures {
  readonly name: StageName;
  readonly service: Series;
  /** Null for what nobody does by hand. By hand, build and push are one, and stand under `build`. */
  readonly by_hand: Series | null;
  /** What the service adds, of the medians. */
  readonly adds: number;
}

/** One case of the load: latencies are of all its runs together (ms), the throughput is the median run's. */
export interface LoadFigures {
  readonly median: number;
  readonly p99: number;
  readonly per_second: Series;
  readonly p99_by_run: readonly number[];
}

export interface WebhookFigures {
  readonly requests: number;
  readonly connections: number;
  readonly alone: LoadFigures;
  readonly bare: LoadFigures;
  readonly with_intake: LoadFigures;
  /** `webhooks` alone through the bare function, of the throughputs. */
  readonly ratio: number;
}

/** A figure, what it shall reach, and whether it does. */
export interface Target {
  readonly what: string;
  readonly value: number;
  readonly unit: 'ms' | 'MB' | '';
  readonly at: 'most' | 'least';
  readonly bound: number;
  readonly reached: boolean;
}

/** All that a run found; this is the JSON. Times are ms, memory is bytes. */
export interface Report {
  readonly version: 1;
  readonly at: string;
  readonly machine: MachineFacts;
  readonly rounds: number;
  readonly builds: Readonly<Record<Kind, BuildFigures>> | null;
  readonly counts: Readonly<Record<Kind, Counts>> | null;
  readonly webhooks: WebhookFigures | null;
  /** The peak of each process, the functions' and all others'. */
  readonly memory: Readonly<Record<string, number>>;
  readonly functions: readonly string[];
  readonly targets: readonly Target[];
}

const MB = 1e6;

export function buildFigures({ byHand, service }: Samples): BuildFigures {
  const hand = byHand.map(totalOf);
  const whole = service.map(({ total }) => total);
  const stage = (name: StageName): StageFigures => {
    const own = series(service.map(({ stages }) => stages[name]));
    const by_hand = isHandPart(name) ? series(byHand.map((times) => times[name])) : null;
    return { name, service: own, by_hand, adds: own.median - (by_hand?.median ?? 0) };
  };
  return {
    by_hand: series(hand),
    service: series(whole),
    difference: series(whole.map((total, round) => total - (hand[round] ?? Number.NaN))),
    ratio: median(whole) / median(hand),
    answer: series(service.map(({ answer }) => answer)),
    stages: STAGES.map(stage),
  };
}

const isHandPart = (name: StageName): name is StageName & keyof HandTimes =>
  name === 'clone' || name === 'plan' || name === 'build';

export function webhookFigures(runs: WebhookRuns): WebhookFigures {
  const alone = loadFigures(runs.alone);
  const bare = loadFigures(runs.bare);
  return {
    requests: AMOUNT,
    connections: CONNECTIONS,
    alone,
    bare,
    with_intake: loadFigures(runs.withIntake),
    ratio: alone.per_second.median / bare.per_second.median,
  };
}

function loadFigures(runs: readonly Load[]): LoadFigures {
  const all = runs.flatMap(({ latencies }) => latencies);
  return {
    median: median(all),
    p99: percentile(all, 0.99),
    per_second: series(runs.map(({ perSecond }) => perSecond)),
    p99_by_run: runs.map(({ latencies }) => percentile(latencies, 0.99)),
  };
}

/** What the figures shall reach, of those that were taken. */
export function targetsOf({
  builds,
  webhooks,
  memory,
  functions,
}: Pick<Report, 'builds' | 'webhooks' | 'memory' | 'functions'>): Target[] {
  const most = (what: string, value: number, unit: Target['unit'], bound: number): Target => ({
    what,
    value,
    unit,
    at: 'most',
    bound,
    reached: value <= bound,
  });
  const targets: Target[] = [];
  if (builds) {
    for (const kind of KINDS)
      targets.push(most(`${kind}: service minus by hand`, builds[kind].difference.median, 'ms', 1500));
  }
  if (webhooks) {
    const { alone, ratio } = webhooks;
    targets.push(most('webhooks: p99 at 50 at a time', alone.p99, 'ms', 150));
    const what = 'webhooks: throughput through the bare function’s';
    targets.push({ what, value: ratio, unit: '', at: 'least', bound: 0.6, reached: ratio >= 0.6 });
    for (const name of functions) {
      targets.push(most(`${name}: peak memory`, (memory[name] ?? Number.NaN) / MB, 'MB', 180));
    }
  }
  return targets;
}
