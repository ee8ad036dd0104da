import { KINDS } from './apps.ts';
import { sum } from './counting/counter.ts';
import type { LoadFigures, Report, Target } from './report.ts';
import { MEANING, STAGES } from './stages.ts';

type Rows = readonly (readonly string[])[];

/** A report as people read it: Markdown, so that it goes into a page as it is. */
export function render(report: Report): string {
  const { cpu, cores, memory_bytes, load_before, node, commit } = report.machine;
  const gib = (memory_bytes / 2 ** 30).toFixed(0);
  const parts = [
    `${cpu}, ${cores} cores, ${gib} GiB, load ${load_before.toFixed(1)} before. Node ${node}. Commit ${commit}. ${report.rounds} rounds. ${report.at}`,
    ...(report.builds ? [builds(report.builds), stages(report.builds)] : []),
    ...(report.counts ? [counts(report.counts)] : []),
    ...(report.webhooks ? [webhooks(report.webhooks)] : []),
    memory(report),
    targets(report.targets),
  ];
  return parts.join('\n\n');
}

function builds(builds: NonNullable<Report['builds']>): string {
  const rows = KINDS.map((kind) => {
    const { by_hand, service, difference, ratio, answer } = builds[kind];
    const times = [by_hand.median, by_hand.p99, service.median, service.p99, difference.median];
    return [kind, ...times.map(seconds), ratio.toFixed(2), whole(answer.median)];
  });
  const head = [
    'build (s)',
    'by hand',
    'p99',
    'service',
    'p99',
    'service minus by hand',
    'ratio',
    'webhook answers (ms)',
  ];
  return table(head, rows);
}

function stages(builds: NonNullable<Report['builds']>): string {
  const rows = STAGES.map((name) => {
    const figures = KINDS.map((kind) => builds[kind].stages.find((stage) => stage.name === name));
    const cells = figures.flatMap((found) => [
      whole(found?.service.median ?? Number.NaN),
      whole(found?.adds ?? Number.NaN),
    ]);
    return [name, ...cells, MEANING[name]];
  });
  return table(['stage (ms)', ...KINDS.flatMap((kind) => [kind, 'adds']), 'what it is'], rows);
}

function counts(counts: NonNullable<Report['counts']>): string {
  const row = (what: string, of: (kind: (typeof KINDS)[number]) => Readonly<Record<string, number>>) => {
    const names = [...new Set(KINDS.flatMap((kind) => Object.keys(of(kind))))];
    const shares = names.map((name) => `${name} ${KINDS.map((kind) => of(kind)[name] ?? 0).join('/')}`);
    return [what, ...KINDS.map((kind) => String(sum(of(kind)))), shares.join(', ')];
  };
  return table(
    ['per build', ...KINDS, 'of these'],
    [
      row('Firestore reads', (kind) => counts[kind].reads),
      row('Firestore writes', (kind) => counts[kind].writes),
      row('Pub/Sub messages', (kind) => counts[kind].messages),
      row('function calls', (kind) => counts[kind].calls),
    ],
  );
}

function webhooks(webhooks: NonNullable<Report['webhooks']>): string {
  const row = (name: string, { median, p99, per_second, p99_by_run }: LoadFigures) => [
    name,
    whole(median),
    whole(p99),
    p99_by_run.map(whole).join(', '),
    whole(per_second.median),
    (per_second.median / webhooks.bare.per_second.median).toFixed(2),
  ];
  const { requests, connections } = webhooks;
  const head = [
    `${requests} requests, ${connections} at a time`,
    'median (ms)',
    'p99 (ms)',
    'p99 of each run',
    'a second',
    'ratio',
  ];
  return table(head, [
    row('webhooks, alone', webhooks.alone),
    row('a bare function', webhooks.bare),
    row('webhooks, with intake at work', webhooks.with_intake),
  ]);
}

function memory({ memory, functions }: Report): string {
  const rows = Object.entries(memory)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, bytes]) => [name, (bytes / 1e6).toFixed(0), functions.includes(name) ? 'a function' : '']);
  return table(['process', 'peak memory (MB)', ''], rows);
}

function targets(targets: readonly Target[]): string {
  const rows = targets.map(({ what, value, unit, at, bound, reached }) => [
    reached ? 'ok' : 'SHORT',
    what,
    `${unit === '' ? value.toFixed(2) : value.toFixed(0)} ${unit}`.trim(),
    `at ${at} ${bound} ${unit}`.trim(),
  ]);
  return table(['', 'figure', 'is', 'shall be'], rows);
}

/** A table of Markdown, in columns also where nobody renders it. */
export function table(head: readonly string[], rows: Rows): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(3, ...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join(
    '\n',
  );
}

const seconds = (ms: number) => (ms / 1000).toFixed(2);
const whole = (value: number) => value.toFixed(0);
