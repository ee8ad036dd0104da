import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DomainEvent } from '#core/domain-events.ts';
import { ROOT } from '#local/root.ts';
import { planOf } from '#test/support/terraform-plan.ts';

const MODULE = 'terraform/modules/observability';
const plan = await planOf(MODULE, {
  installation: {
    ...{ project: 'acme-builds', project_number: '123456789012', region: 'europe-west1' },
    ...{ labels: {}, urls: {} },
  },
});
const platform = z
  .record(z.string(), z.object({ type: z.string(), resource: z.string(), distribution: z.boolean() }))
  .parse(JSON.parse(await readFile(join(ROOT, MODULE, 'platform-metrics.json'), 'utf8')));

const LogMetric = z.object({
  name: z.string(),
  filter: z.string(),
  label_extractors: z.record(z.string(), z.string()).nullish(),
  value_extractor: z.string().nullish(),
  metric_descriptor: z.tuple([z.object({ value_type: z.enum(['INT64', 'DISTRIBUTION']) })]),
});
const logMetrics = plan.ofType('google_logging_metric').map(({ values }) => LogMetric.parse(values));

/** The fields of each event, as the code writes them. */
const FIELDS = new Map(
  DomainEvent.options.map(({ shape }) => [shape.event.value as string, shape as Record<string, z.ZodType>]),
);

describe.each(logMetrics)('$name', ({ filter, label_extractors, value_extractor }) => {
  const event = /jsonPayload\.event="([a-z_]+)"/.exec(filter)?.[1] ?? '';
  const fields = FIELDS.get(event);

  it('counts an event of the code, by fields that it has', () => {
    expect(fields, `there is no event ${event}`).toBeDefined();
    const used = [filter, ...Object.values(label_extractors ?? {}), value_extractor ?? '']
      .flatMap((text) => [...text.matchAll(/jsonPayload\.([a-z_]+)/g)])
      .map(([, field]) => field ?? '');
    expect(used).not.toHaveLength(0);
    for (const field of used) expect(Object.keys(fields ?? {})).toContain(field);
  });

  it('measures a number', () => {
    if (!value_extractor) return;
    const field = fields?.[/jsonPayload\.([a-z_]+)/.exec(value_extractor)?.[1] ?? ''];
    expect(field?.safeParse(3).success).toBe(true);
    expect(field?.safeParse('three').success).toBe(false);
  });

  it('has labels of few values', () => {
    for (const label of Object.keys(label_extractors ?? {}))
      expect(label).not.toMatch(/_id$|_ms$|repository/);
  });
});

/** A metric as PromQL calls it, the time series that it has there, and its labels. */
interface Known {
  readonly series: readonly string[];
  readonly labels: ReadonlySet<string>;
}

/** Labels of the resources and platform metrics that are used (cloud.google.com/monitoring/api/metrics_gcp). */
const PLATFORM_LABELS: Readonly<Record<string, readonly string[]>> = {
  cloud_run_revision: ['service_name', 'revision_name', 'location', 'response_code', 'response_code_class'],
  pubsub_subscription: ['subscription_id'],
  'artifactregistry.googleapis.com/Repository': ['repository_id', 'location'],
};
const nameOf = (type: string) => type.replace('/', ':').replaceAll(/[^A-Za-z0-9_:]/g, '_');
const seriesOf = (type: string, isDistribution: boolean) =>
  isDistribution ? ['_bucket', '_sum', '_count'].map((part) => nameOf(type) + part) : [nameOf(type)];
const known: Known[] = [
  ...logMetrics.map(({ name, label_extractors, metric_descriptor: [{ value_type }] }) => ({
    series: seriesOf(`logging.googleapis.com/user/${name}`, value_type === 'DISTRIBUTION'),
    labels: new Set(Object.keys(label_extractors ?? {})),
  })),
  ...Object.values(platform).map(({ type, resource, distribution }) => ({
    series: seriesOf(type, distribution),
    labels: new Set(PLATFORM_LABELS[resource]),
  })),
];

const Dashboard = z.object({
  mosaicLayout: z.object({
    tiles: z.array(
      z.object({
        widget: z.object({
          title: z.string(),
          xyChart: z
            .object({
              dataSets: z.array(
                z.object({
                  legendTemplate: z.string(),
                  timeSeriesQuery: z.object({ prometheusQuery: z.string() }),
                }),
              ),
            })
            .optional(),
        }),
      }),
    ),
  }),
});
const Alert = z.object({
  display_name: z.string(),
  conditions: z.tuple([
    z.object({ condition_prometheus_query_language: z.tuple([z.object({ query: z.string() })]) }),
  ]),
  documentation: z.tuple([z.object({ content: z.string() })]),
});
const alerts = plan.ofType('google_monitoring_alert_policy').map(({ values }) => Alert.parse(values));
const [dashboard] = plan.ofType('google_monitoring_dashboard').map(({ values }) => values.dashboard_json);
const charts = Dashboard.parse(JSON.parse(String(dashboard))).mosaicLayout.tiles.flatMap(({ widget }) =>
  (widget.xyChart?.dataSets ?? []).map(({ legendTemplate, timeSeriesQuery }) => ({
    where: `chart ${widget.title}`,
    legend: legendTemplate,
    // The console puts a width in its place.
    query: timeSeriesQuery.prometheusQuery.replaceAll('${__interval}', '60s'),
  })),
);
const queries = [
  ...charts,
  ...alerts.map(({ display_name, conditions: [condition] }) => ({
    where: `alert ${display_name}`,
    legend: '',
    query: condition.condition_prometheus_query_language[0].query,
  })),
];

/** The texts of a query's nodes of these kinds. */
function nodes(query: string, ...names: string[]): string[] {
  const found: string[] = [];
  parser.parse(query).iterate({
    enter: ({ name, from, to }) => {
      if (names.includes(name)) found.push(query.slice(from, to));
    },
  });
  return found;
}

describe.each(queries)('$where', ({ query, legend }) => {
  const used = nodes(query, 'VectorSelector').map((selector) => selector.replace(/\{[\s\S]*$/, ''));

  it('is PromQL', () => {
    expect(nodes(query, '⚠'), query).toEqual([]);
    expect(used).not.toHaveLength(0);
  });

  it('asks for metrics that there are, by labels that they have', () => {
    for (const selector of nodes(query, 'VectorSelector')) {
      const name = selector.replace(/\{[\s\S]*$/, '');
      const metric = known.find(({ series }) => series.includes(name));
      expect(metric, `there is no metric ${name}`).toBeDefined();
      const labels = [...selector.matchAll(/([a-z_]+)(?==|!)/g)].map(([, label]) => label ?? '');
      expect(labels).toContain('monitored_resource');
      for (const label of labels)
        expect(
          new Set(['monitored_resource', ...(metric?.labels ?? [])]),
          `${name} has no ${label}`,
        ).toContain(label);
    }
  });

  it('groups by labels that its metrics have, and names lines by those', () => {
    const grouped = nodes(query, 'GroupingLabels').flatMap((by) => by.match(/[a-z_]+/g) ?? []);
    const has = known.filter(({ series }) => series.some((name) => used.includes(name)));
    for (const label of grouped.filter((one) => one !== 'le'))
      for (const { labels } of has) expect([...labels]).toContain(label);
    for (const [, label] of legend.matchAll(/\$\{([a-z_]+)\}/g)) expect(grouped).toContain(label);
  });
});

it('has nothing that nobody looks at', () => {
  const used = new Set(
    queries.flatMap(({ query }) => nodes(query, 'VectorSelector')).map((s) => s.replace(/\{[\s\S]*$/, '')),
  );
  const idle = known
    .filter(({ series }) => !series.some((name) => used.has(name)))
    .map(({ series }) => series[0]);
  expect(idle).toEqual([]);
});

it('has a section in docs/operate.md for each alert', async () => {
  const text = await readFile(join(ROOT, 'docs/operate.md'), 'utf8');
  expect(alerts.length).toBeGreaterThan(5);
  for (const { documentation } of alerts) {
    const section = /section “([a-z-]+)”/.exec(documentation[0].content)?.[1];
    expect(text).toContain(`\n### ${section}\n`);
  }
});
