import type { Build } from '#core/build.ts';
import { UserError } from '#core/errors.ts';
import type { BuilderReport } from '#core/events.ts';
import { attemptTag } from '#core/ids.ts';
import { ReportWake, TOPICS } from '#core/messages.ts';
import type { Registry } from '#core/ports.ts';
import { Secret } from '#core/secret.ts';
import { memoryBus } from '#test/support/memory/bus.ts';
import { memoryCloudBuilds } from '#test/support/memory/cloud-builds.ts';
import { aBuild, aResult, aTeam, digestOf, T0 } from '#test/support/memory/examples.ts';
import { memoryHosts } from '#test/support/memory/git-host.ts';
import { memoryStore } from '#test/support/memory/index.ts';
import { memoryPlanner } from '#test/support/memory/planner.ts';
import { memoryRefs } from '#test/support/memory/refs.ts';
import { type MemoryRegistry, memoryRegistry } from '#test/support/memory/registry.ts';
import { memorySecrets } from '#test/support/memory/secrets.ts';
import { promote } from '#use-cases/promote.ts';
import { reportCommit } from '#use-cases/report-commit.ts';

/** Where images lie, as Artifact Registry has it: a team is in the name of a repository. */
export const AREAS = {
  staging: 'registry/{team}-staging',
  release: 'registry/{team}-release',
  cache: 'registry/{team}-cache',
};
/** Where those of the team `acme` lie. */
export const PATHS = { staging: 'registry/acme-staging', release: 'registry/acme-release' };
export const EXCHANGE_KEY = new Secret('exchange-key');
export const WEBHOOK_KEY = new Secret('webhook-key');

/** A service in memory, with every port that a use case may want, and a clock that a test sets. */
export function aService(fields: { capacity?: number } = {}) {
  const store = memoryStore({ teams: [aTeam()] });
  const bus = memoryBus();
  const cloudBuilds = memoryCloudBuilds();
  const registry = memoryRegistry();
  const ownRegistries = new Map<string, MemoryRegistry>();
  const ownRegistry = (team: string, url: string) => {
    const own = ownRegistries.get(`${team} ${url}`);
    if (own === undefined) throw new UserError('refused', `${url} is not connected`);
    return own;
  };
  const hosts = memoryHosts();
  const refs = memoryRefs();
  const clock = { now: T0 + 1_000_000 };
  const refusals: string[] = [];
  let writers = 0;
  const deps = {
    store,
    bus,
    cloudBuilds,
    registry,
    catalog: registry.catalog,
    openRegistry: async (team: string, url: string): Promise<Registry> => ownRegistry(team, url),
    openCatalog: async (team: string, url: string) => ownRegistry(team, url).catalog,
    secrets: memorySecrets(),
    refs,
    hosts,
    planner: memoryPlanner(),
    webhooks: 'https://hooks.example.com',
    now: () => clock.now,
    exchangeKey: EXCHANGE_KEY,
    webhookKey: WEBHOOK_KEY,
    capacity: fields.capacity ?? 2,
    leaseMs: 60_000,
    sleep: async (ms: number) => {
      clock.now += ms;
    },
    holder: () => `writer-${writers++}`,
    tagLeaseMs: 30_000,
    paths: AREAS,
    provisioned: null,
    graceMs: 120_000,
    reportLeaseMs: 60_000,
    lateLogMs: 0,
    onRefused: (_: unknown, why: string) => void refusals.push(why),
    promote: (build: Build): Promise<void> => promote(deps, build),
  };
  return { ...deps, deps, clock, host: hosts.github, refs, ownRegistries, refusals };
}
export type Service = ReturnType<typeof aService>;

/** The bodies that were published on a topic. */
export function published(service: Service, topic: string): unknown[] {
  return service.bus.published.filter((message) => message.topic === topic).map(({ body }) => body);
}

/** Does what the wake-ups of `report` that were published so far ask for. */
export async function report(service: Service): Promise<void> {
  const wakes = service.bus.published.filter(({ topic }) => topic === TOPICS.reports);
  for (const { body } of wakes) await reportCommit(service.deps, ReportWake.parse(body).build_id);
}

/** What a builder reports of an image with this digest. */
export const builtReport = (digest: string): BuilderReport => ({
  type: 'built',
  stages: [],
  result: aResult(digest),
  last_log_chunk: 0,
});

/** A running build of `acme/shop` whose builder has pushed an image to staging; `order` makes it the n-th push. */
export async function runningWithImage(
  service: Service,
  order: number,
  fields: Partial<Build> = {},
): Promise<Build> {
  const running = {
    status: 'running',
    attempt: 1,
    cloud_build_id: `cb-${order}`,
    bound: true,
    order,
  } as const;
  const tags = [`own-${order}`, 'latest'];
  const build = aBuild(`push ${order}`, {
    ...running,
    image: { registry: null, name: 'acme/shop', tags },
    ...fields,
  });
  await service.store.builds.create(build);
  service.registry.push(`${PATHS.staging}/shop`, attemptTag(build.id, 1), digestOf(`${order}`));
  return build;
}

/** The same build once it has entered `promoting`, with its tags moved. */
export async function promotingWithImage(
  service: Service,
  order: number,
  fields: Partial<Build> = {},
): Promise<Build> {
  const { id, cloud_build_id } = await runningWithImage(service, order, fields);
  const report = builtReport(digestOf(`${order}`));
  const event = {
    type: 'reported',
    at: T0,
    attempt: 1,
    cloud_build_id: cloud_build_id ?? '',
    report,
  } as const;
  return (await service.store.builds.apply(id, event)).build;
}

/** What a tag of the released image points to. */
export function released(service: Service, tag: string): string | null {
  return service.registry.tag(`${PATHS.release}/shop`, tag);
}
