import { CloudBuildResource, viewOf } from '#adapters/cloud-build/view.ts';
import { type Route, route } from '#adapters/pubsub/subscriber.ts';
import type { Build } from '#core/build.ts';
import { givenUp } from '#core/dead-letter.ts';
import { TransientError, UserError } from '#core/errors.ts';
import { BuilderMessage, LogChunk } from '#core/events.ts';
import { DeliveryWake, ReportWake, SubmitWake, subscriptionName, TOPICS } from '#core/messages.ts';
import type {
  Bus,
  CloudBuildCreator,
  GitHost,
  HostWebhooks,
  RefLookup,
  Registry,
  SecretStore,
  Store,
} from '#core/ports.ts';
import { Secret } from '#core/secret.ts';
import { memoryRegistry } from '#test/support/memory/registry.ts';
import { cancelBuild } from '#use-cases/cancel-build.ts';
import { type BuildRequest, createBuild } from '#use-cases/create-build.ts';
import { exchange } from '#use-cases/exchange.ts';
import { keepLetter } from '#use-cases/keep-letter.ts';
import { DEFAULT_POOL } from '#use-cases/new-build.ts';
import { oneAtATime } from '#use-cases/one-at-a-time.ts';
import { promote } from '#use-cases/promote.ts';
import { receiveDelivery } from '#use-cases/receive-delivery.ts';
import { recordCloudBuild, recordReport } from '#use-cases/record-event.ts';
import { reportCommit } from '#use-cases/report-commit.ts';
import { demandSignature } from '#use-cases/signature.ts';
import { storeLogs } from '#use-cases/store-logs.ts';
import { submitBuilds } from '#use-cases/submit-builds.ts';
import { sweep } from '#use-cases/sweep.ts';
import { takeIn } from '#use-cases/take-in.ts';
import type { Context } from './context.ts';
import { type Network, Process } from './ports.ts';
import type { Pushed } from './pubsub.ts';
import type { FunctionName } from './schedule.ts';

/** What all functions reach, each through its own proxies. */
export interface Ports {
  readonly store: Store;
  readonly bus: Bus;
  readonly cloudBuilds: CloudBuildCreator;
  readonly registry: Registry;
  readonly secrets: SecretStore;
  readonly refs: RefLookup;
  readonly host: GitHost;
  readonly webhooks: HostWebhooks;
}

/** Registry areas. */
export const PATHS = { staging: 'registry/staging/{team}', release: 'registry/release/{team}' };
/** What all teams’ paths in an area begin with. */
export const baseOf = (area: string): string => area.slice(0, area.indexOf('{team}'));
export const EXCHANGE_KEY = new Secret('exchange-key');
export const WEBHOOK_SECRET = new Secret('webhook-secret');
export const BUILDER_ACCOUNT = 'builder@project.iam.gserviceaccount.com';
const CACHE = 'registry/cache/{team}';
const LIMITS = { image_bytes: 10_000, log_bytes: 10_000 };
/** As the functions have them in the cloud. */
const [LEASE_MS, TAG_LEASE_MS, REPORT_LEASE_MS, GRACE_MS] = [30_000, 30_000, 60_000, 60_000];
/** How soon a caller sees that the process it spoke to is gone. */
const RESET_MS = 20;

/** What came of a request: an answer, an error, or a connection that broke. */
export type Answer<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'error'; readonly error: Error }
  | { readonly kind: 'gone' };

/** The functions: processes of the real use cases over proxies of the ports. A dead process is replaced. */
export class Functions {
  readonly #context: Context;
  readonly #network: Network;
  readonly #ports: Ports;
  readonly #processes = new Map<FunctionName, { process: Process; deps: Deps }[]>();

  constructor(context: Context, network: Network, ports: Ports) {
    this.#context = context;
    this.#network = network;
    this.#ports = ports;
  }

  /** Has a process of the function do some work. */
  request<T>(name: FunctionName, work: (deps: Deps) => Promise<T>): Promise<Answer<T>> {
    const { process, deps } = this.#pick(name);
    return new Promise((resolve) => {
      const forget = process.onDeath(() => {
        this.#context.timeline.in(RESET_MS, () => resolve({ kind: 'gone' }));
      });
      const end = (answer: Answer<T>) => {
        forget();
        resolve(answer);
      };
      work(deps).then(
        (value) => end({ kind: 'ok', value }),
        (error: unknown) => end({ kind: 'error', error: this.#expected(process.name, error) }),
      );
    });
  }

  /** What a subscriber does with a message, as adapters/pubsub/subscriber.ts has it. */
  async receive(name: FunctionName, message: Pushed): Promise<boolean> {
    const answer = await this.request(name, async (deps) => {
      try {
        const known = routesOf(deps).find(({ topic }) => topic === message.topic);
        await known?.take(message);
      } catch (error) {
        if (!(error instanceof UserError) || name === 'dead-letters') throw error;
        const subscription = subscriptionName({ topic: message.topic, to: name });
        const reason = error.message;
        const letter = givenUp(message, { subscription, function: name, reason, attempt: null });
        await deps.bus.publish(TOPICS.deadLetters, letter);
      }
    });
    return answer.kind === 'ok';
  }

  kill(name: FunctionName): void {
    for (const { process } of this.#processes.get(name) ?? []) process.die();
  }

  pause(name: FunctionName, ms: number): void {
    for (const { process } of this.#processes.get(name) ?? []) process.pausedUntil = this.#context.now + ms;
  }

  #pick(name: FunctionName): { process: Process; deps: Deps } {
    const context = this.#context;
    const wanted = name === 'submit' ? context.schedule.submitters : 2;
    const alive = (this.#processes.get(name) ?? []).filter(({ process }) => process.alive);
    while (alive.length < wanted) {
      const process = new Process(`${name}-${context.nth(`process ${name}`)}`, name);
      alive.push({ process, deps: wire(context, this.#network, this.#ports, process) });
    }
    this.#processes.set(name, alive);
    const chosen = alive[Math.floor(context.luck('process') * alive.length)];
    if (chosen === undefined) throw new Error(`there is no process of ${name}`);
    return chosen;
  }

  /** Errors are of one of two kinds; any other is a bug that somebody would be alerted of. */
  #expected(who: string, error: unknown): Error {
    if (error instanceof UserError || error instanceof TransientError) return error;
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#context.broken(`${who} failed with what is neither the user's error nor a passing one: ${said}`);
    return new Error(said);
  }
}

type Deps = ReturnType<typeof wire>;

/** A process, wired as handlers/wiring.ts and the handlers do it. */
function wire(context: Context, network: Network, ports: Ports, process: Process) {
  const through = <T extends object>(name: string, port: T) => network.through(process, name, port);
  const store: Store = new Proxy(ports.store, {
    get: (target, name) => through(String(name), Reflect.get(target, name)),
  });
  const now = () => context.now;
  const common = { store, bus: through('bus', ports.bus), now, provisioned: null };
  const base = { ...common, cloudBuilds: through('cloudBuilds', ports.cloudBuilds) };
  const promotion = {
    ...base,
    registry: through('registry', ports.registry),
    openRegistry: async () => {
      throw new UserError('refused', 'no team has a registry of its own here');
    },
    paths: PATHS,
    holder: () => `${process.name}.${context.nth('holder')}`,
    tagLeaseMs: TAG_LEASE_MS,
  };
  const recorder = { ...promotion, promote: (build: Build) => promote(promotion, build) };
  const queue = { capacity: context.schedule.capacity, leaseMs: LEASE_MS, holder: process.name };
  const sleep = (ms: number) => context.timeline.sleep(ms);
  const submitDeps = { ...base, ...queue, sleep, exchangeKey: EXCHANGE_KEY };
  const exchangeDeps = {
    ...base,
    secrets: through('secrets', ports.secrets),
    identity: { verify: async () => ({ email: BUILDER_ACCOUNT }) },
    hosts: { github: ports.host, gitlab: ports.host, gitee: ports.host },
    exchangeKey: EXCHANGE_KEY,
    builderAccounts: { trusted: BUILDER_ACCOUNT, forks: 'forks@project.iam.gserviceaccount.com' },
    registry: { staging: PATHS.staging, cache: CACHE },
    registryCredential: async () => null,
    callbackUrl: 'https://callback.invalid',
    limits: LIMITS,
    onLeftOver: () => context.count('left to sweep by the exchange'),
  };
  const createDeps = {
    ...common,
    refs: through('refs', ports.refs),
    host: ports.host,
    secrets: ports.secrets,
    onLeftOver: () => context.count('left to sweep by the API'),
  };
  const host = through('host', ports.host);
  const intake = {
    ...common,
    hosts: { github: host, gitlab: host, gitee: host },
    refs: through('refs', ports.refs),
    secrets: through('secrets', ports.secrets),
  };
  const reportDeps = {
    ...common,
    secrets: ports.secrets,
    hosts: { github: through('gitHost', ports.host), gitlab: ports.host, gitee: ports.host },
    holder: promotion.holder,
    reportLeaseMs: REPORT_LEASE_MS,
    lateLogMs: 0,
    onRefused: () => context.count('refused report'),
  };
  return {
    ...common,
    recorder,
    intake,
    report: (buildId: string) => reportCommit(reportDeps, buildId),
    submit: oneAtATime(() => submitBuilds(submitDeps, DEFAULT_POOL)),
    sweep: () =>
      sweep({
        ...recorder,
        hosts: { github: ports.host, gitlab: ports.host, gitee: ports.host },
        refs: through('refs', ports.refs),
        // no image expires here
        catalog: memoryRegistry().catalog,
        openCatalog: promotion.openRegistry,
        secrets: through('secrets', ports.secrets),
        graceMs: GRACE_MS,
      }),
    exchange: (request: Parameters<typeof exchange>[2]) => exchange(exchangeDeps, 'identity', request),
    receiveDelivery: (request: Parameters<typeof receiveDelivery>[2]) =>
      receiveDelivery(
        { ...common, secrets: [WEBHOOK_SECRET], webhookKey: EXCHANGE_KEY },
        ports.webhooks,
        request,
      ),
    async createBuild(repositoryId: string, request: BuildRequest): Promise<Build> {
      const repository = await store.repositories.get(repositoryId);
      if (repository === null) throw new UserError('not_found', 'there is no such repository');
      const asked = { callerId: 'token', unique: `asked ${context.nth('asked')}` };
      const team = await store.teams.get(repository.team);
      if (team === null) throw new UserError('not_found', 'there is no such team');
      return createBuild(createDeps, team, repository, request, asked);
    },
    cancelBuild: (id: string) => cancelBuild(base, id),
  };
}

/** What each topic's messages do, as the handlers have it. */
function routesOf(deps: Deps): readonly Route[] {
  return [
    route(TOPICS.deliveries, DeliveryWake, (wake) => takeIn(deps.intake, wake.delivery_id)),
    route(TOPICS.builds, SubmitWake, deps.submit),
    route(TOPICS.reports, ReportWake, (wake) => deps.report(wake.build_id)),
    route(TOPICS.buildEvents, BuilderMessage, (event, message) => {
      demandSignature(EXCHANGE_KEY, event, message);
      return recordReport(deps.recorder, event);
    }),
    route(TOPICS.cloudBuilds, CloudBuildResource, (resource) =>
      recordCloudBuild(deps.recorder, viewOf(resource), false),
    ),
    route(TOPICS.buildLogs, LogChunk, (chunk, message) => {
      demandSignature(EXCHANGE_KEY, chunk, message);
      return storeLogs(deps, chunk);
    }),
    { topic: TOPICS.deadLetters, take: (message) => keepLetter(deps, message) },
  ];
}
