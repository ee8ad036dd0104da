import { createHash } from 'node:crypto';
import type { BuildResult, Stage } from '#core/build.ts';
import { TransientError, UserError } from '#core/errors.ts';
import type { BuilderReport, LogChunk } from '#core/events.ts';
import type { ExchangeGrant } from '#core/exchange.ts';
import { EXIT_CODE } from '#core/exit-codes.ts';
import { exchangeToken, signBody } from '#core/ids.ts';
import type { Bus } from '#core/ports.ts';
import { digestOf } from '#test/support/memory/examples.ts';
import type { MemoryRegistry } from '#test/support/memory/registry.ts';
import type { End, Running } from './cloud-build.ts';
import type { Context } from './context.ts';
import { EXCHANGE_KEY, type Functions } from './functions.ts';
import type { Network } from './ports.ts';
import type { BuilderStep } from './schedule.ts';

/** As builder-image/exchange.ts waits between its tries. */
const WAITS_MS = [250, 500, 1000, 2000, 4000, 8000, 12_000];
const KILLED = 137;

/** What builders reach. */
export interface BuilderWorld {
  readonly context: Context;
  readonly network: Network;
  readonly functions: () => Functions;
  readonly bus: Bus;
  readonly registry: MemoryRegistry;
  readonly vanish: (id: string) => void;
}

/** A builder as the builder image is one: exchange, clone, build, push to staging, output, report, exit. */
export async function build(world: BuilderWorld, running: Running): Promise<End> {
  const { context } = world;
  const { fact, fate } = running;
  /** Does a step, unless this is where it ends from outside. */
  const reaches = async (step: BuilderStep): Promise<End | null> => {
    await context.timeline.sleep(context.duration(`step ${step}`, 20, 12_000));
    if (fate.kind !== 'ends' || fate.before !== step) return null;
    if (fate.how === 'killed') return { state: 'failed', exitCode: KILLED };
    if (fate.how === 'cancelled' || fate.how === 'expired') return { state: fate.how };
    if (fate.how === 'internal_error') return { state: 'internal_error', detail: 'the worker is gone' };
    if (fate.how === 'vanishes') world.vanish(fact.id);
    return new Promise<End>(() => {}); // hangs until its time is over
  };

  let ended = await reaches('exchange');
  if (ended) return ended;
  const grant = await redeem(world, running);
  if (grant === 'not ours') return { state: 'succeeded' };
  if (grant === null) return { state: 'failed', exitCode: EXIT_CODE.transient };
  const say = new Voice(world, running, grant);

  ended = await reaches('clone');
  if (ended) return ended;
  say.begin('clone');
  await say.log();
  ended = await reaches('build');
  if (ended) return ended;
  say.begin('build');
  await say.log();
  if (fate.kind === 'fails') return say.failed(fate.fault);
  ended = await reaches('push');
  if (ended) return ended;
  say.begin('push');
  const digest = digestFor(context, grant, fact.id);
  if (!(await push(world, running, grant, digest))) return say.failed('transient');
  fact.pushed = digest;
  if (fate.kind === 'silent') return { state: 'succeeded' };
  ended = await reaches('output');
  if (ended) return ended;
  const told = fate.kind === 'lies' ? digestOf('0') : digest;
  const report = say.built(told);
  ended = await reaches('report');
  if (ended) return ended;
  await say.tell(report);
  ended = await reaches('exit');
  const output = { version: 1, attempt: fact.attempt, ...report, type: undefined } as const;
  return ended ?? { state: 'succeeded', output };
}

/** The grant; null where the exchange was out of reach for too long. */
async function redeem(world: BuilderWorld, running: Running): Promise<ExchangeGrant | 'not ours' | null> {
  const { context, network } = world;
  const { fact, process } = running;
  const request = {
    version: 1,
    build_id: fact.buildId,
    attempt: fact.attempt,
    token: exchangeToken(EXCHANGE_KEY, fact.buildId, fact.attempt),
    cloud_build_id: fact.id,
  } as const;
  const once = async () => {
    const answer = await world.functions().request('exchange', async (deps) => {
      const grant = await deps.exchange(request);
      fact.passed = true;
      return grant;
    });
    if (answer.kind === 'ok') return answer.value;
    if (answer.kind === 'error') throw answer.error;
    throw new TransientError('the connection to the exchange broke');
  };
  for (const wait of [...WAITS_MS, null]) {
    const attempt = network.call(process, 'http.exchange', [fact.buildId], once).catch((error: unknown) => {
      if (error instanceof UserError && error.code === 'conflict') return 'not ours' as const;
      if (error instanceof TransientError) return null;
      throw error;
    });
    const result = await Promise.race([attempt, context.timeline.sleep(10_000).then(() => null)]);
    if (result !== null || wait === null) return result;
    await context.timeline.sleep(wait);
  }
  return null;
}

/** Pushes to staging, with two more tries, as buildkit does. */
async function push(
  { network, registry, context }: BuilderWorld,
  running: Running,
  grant: ExchangeGrant,
  digest: string,
) {
  const { staging, staging_tag } = grant.registry;
  for (let tries = 0; tries < 3; tries++) {
    try {
      await network.call(running.process, 'http.push', [staging_tag, digest], () =>
        registry.push(staging, staging_tag, digest),
      );
      return true;
    } catch {
      await context.timeline.sleep(1000); // any error here is an injected one
    }
  }
  return false;
}

function digestFor({ schedule }: Context, grant: ExchangeGrant, cloudBuildId: string): string {
  const { build } = grant;
  const source = schedule.reproducible ? `${build.repository} ${build.commit_sha}` : cloudBuildId;
  return `sha256:${createHash('sha256').update(source).digest('hex')}`;
}

/** What a builder says of itself: its stages, its log and its end, each message signed. */
class Voice {
  readonly #world: BuilderWorld;
  readonly #running: Running;
  readonly #grant: ExchangeGrant;
  readonly #bus: Bus;
  #stages: Stage[] = [];
  #chunks = 0;

  constructor(world: BuilderWorld, running: Running, grant: ExchangeGrant) {
    this.#world = world;
    this.#running = running;
    this.#grant = grant;
    this.#bus = world.network.through(running.process, 'bus', world.bus);
  }

  begin(name: Stage['name']): void {
    this.#finish();
    this.#stages = [...this.#stages, { name, started_at: this.#world.context.now, finished_at: null }];
    void this.#report({ type: 'progress', stages: this.#stages, builder_type: 'nixpacks' });
  }

  async log(): Promise<void> {
    const { fact } = this.#running;
    const chunk = this.#chunks++;
    const lines = [{ seq: chunk, at: this.#world.context.now, stage: 'build', text: `line ${chunk}` }];
    const body: LogChunk = { version: 1, ...this.#about(), cloud_build_id: fact.id, chunk, lines };
    await this.#publish('build-logs', body);
  }

  built(digest: string) {
    this.#finish();
    const result: BuildResult = {
      index_digest: digest,
      manifests: [{ platform: 'linux/amd64', manifest_digest: digestOf('e') }],
      size_bytes: 1000,
      builder_type: 'nixpacks',
    };
    return { type: 'built', stages: this.#stages, result, last_log_chunk: this.#lastChunk() } as const;
  }

  async failed(fault: 'user' | 'transient' | 'bug'): Promise<End> {
    this.#finish();
    const why = { code: 'build_failed', message: 'npm run build: exit code 1', fault } as const;
    const report = {
      type: 'failed',
      stages: this.#stages,
      ...why,
      last_log_chunk: this.#lastChunk(),
    } as const;
    this.#running.fact.failed = report;
    await this.tell(report);
    return { state: 'failed', exitCode: EXIT_CODE[fault] };
  }

  /** Tells the end: three tries, then the output or the exit code is all there is. */
  async tell(report: BuilderReport): Promise<void> {
    for (let tries = 0; tries < 3; tries++) {
      if (await this.#report(report)) return;
      await this.#world.context.timeline.sleep(1000);
    }
  }

  async #report(report: BuilderReport): Promise<boolean> {
    const body = { version: 1, ...this.#about(), cloud_build_id: this.#running.fact.id, report };
    return this.#publish('build-events', body);
  }

  async #publish(topic: 'build-events' | 'build-logs', body: object): Promise<boolean> {
    const signature = signBody(this.#grant.event_key, Buffer.from(JSON.stringify(body)));
    try {
      await this.#bus.publish(topic, body, { signature });
      return true;
    } catch {
      return false; // lost: any error here is an injected one
    }
  }

  #about() {
    const { buildId: build_id, attempt } = this.#running.fact;
    return { build_id, attempt };
  }

  #finish(): void {
    const finished_at = this.#world.context.now;
    this.#stages = this.#stages.map((stage) => ({ ...stage, finished_at: stage.finished_at ?? finished_at }));
  }

  #lastChunk(): number | null {
    return this.#chunks === 0 ? null : this.#chunks - 1;
  }
}
