import type { CloudBuildState, CloudBuildView } from '#core/events.ts';
import { attemptTag } from '#core/ids.ts';
import { TOPICS } from '#core/messages.ts';
import type { CloudBuildCreator, CloudBuildSpec } from '#core/ports.ts';
import { memoryCloudBuilds } from '#test/support/memory/cloud-builds.ts';
import type { Context } from './context.ts';
import type { Facts, FactualCloudBuild } from './facts.ts';
import { Process } from './ports.ts';
import type { SimulatedPubSub } from './pubsub.ts';
import type { BuilderFate } from './schedule.ts';

/** How a Cloud Build ends: what its resource says then. */
export type End = Partial<Pick<CloudBuildView, 'output' | 'exitCode' | 'detail'>> & {
  readonly state: CloudBuildState;
};

/** A Cloud Build as its builder sees it. */
export interface Running {
  readonly fact: FactualCloudBuild;
  readonly spec: CloudBuildSpec;
  readonly fate: BuilderFate;
  readonly process: Process;
}

const STATUS: Record<CloudBuildState, string> = {
  queued: 'QUEUED',
  working: 'WORKING',
  succeeded: 'SUCCESS',
  failed: 'FAILURE',
  internal_error: 'INTERNAL_ERROR',
  timed_out: 'TIMEOUT',
  cancelled: 'CANCELLED',
  expired: 'EXPIRED',
};

/** Cloud Build: it starts builders some time later, tells of every change, and its list lags behind. */
export class SimulatedCloudBuild {
  readonly port: CloudBuildCreator;
  readonly #context: Context;
  readonly #facts: Facts;
  readonly #pubsub: SimulatedPubSub;
  readonly #build: (running: Running) => Promise<End>;
  readonly #memory = memoryCloudBuilds();
  readonly #running = new Map<string, Running>();

  /** @param build what a builder does, and how it ends. */
  constructor(
    context: Context,
    facts: Facts,
    pubsub: SimulatedPubSub,
    build: (running: Running) => Promise<End>,
  ) {
    this.#context = context;
    this.#facts = facts;
    this.#pubsub = pubsub;
    this.#build = build;
    const memory = this.#memory;
    this.port = {
      get: memory.get,
      ofAttempt: memory.ofAttempt,
      create: (spec) => this.#create(spec),
      cancel: async (id) => {
        await memory.cancel(id);
        if (memory.views.get(id)?.state === 'cancelled') this.#end(id, { state: 'cancelled' });
      },
    };
  }

  /** Ends what still runs, as its own end or from outside; afterwards nothing of the builder goes on. */
  #end(id: string, end: End): void {
    const running = this.#running.get(id);
    if (running === undefined) return;
    this.#running.delete(id);
    running.fact.ended = true;
    running.fact.succeeded = end.state === 'succeeded' && end.output != null;
    running.process.die();
    this.#context.count(`Cloud Build: ${end.state}`);
    this.#context.note(id, 'ends', end.state);
    this.#change(id, end);
  }

  async #create(spec: CloudBuildSpec): Promise<{ id: string }> {
    const { views, unlisted } = this.#memory;
    const { id } = await this.#memory.create(spec);
    const { schedule, timeline } = this.#context;
    const fate = schedule.builders[views.size - 1] ?? { kind: 'builds' };
    const { buildId, attempt } = spec;
    const fact = {
      id,
      buildId,
      attempt,
      passed: false,
      pushed: null,
      succeeded: false,
      failed: null,
    } as const;
    const running = {
      fact: { ...fact, heard: false, ended: false },
      spec,
      fate,
      process: new Process(id, 'builder'),
    };
    this.#facts.cloudBuilds.set(id, running.fact);
    this.#running.set(id, running);
    if (schedule.listLag > 0) {
      unlisted.add(id);
      timeline.in(schedule.listLag, () => unlisted.delete(id), true);
    }
    this.#tell(id);
    timeline.in(this.#context.duration('worker', 100, 20_000), () => void this.#start(running));
    return { id };
  }

  async #start(running: Running): Promise<void> {
    const { id } = running.fact;
    if (!running.process.alive) return;
    this.#context.note(id, 'starts', JSON.stringify(running.fate));
    this.#change(id, { state: 'working' });
    this.#context.timeline.in(
      running.spec.timeoutS * 1000,
      () => this.#end(id, { state: 'timed_out' }),
      true,
    );
    this.#end(id, await this.#build(running));
  }

  #change(id: string, change: Partial<CloudBuildView>): void {
    this.#memory.set(id, change);
    this.#tell(id);
  }

  /** Forgets a Cloud Build altogether. */
  vanish(id: string): void {
    const running = this.#running.get(id);
    if (running === undefined) return;
    running.process.die();
    running.fact.ended = true;
    this.#running.delete(id);
    this.#memory.views.delete(id);
  }

  #tell(id: string): void {
    const view = this.#memory.views.get(id);
    if (view === undefined) return;
    const { output, exitCode } = view;
    this.#pubsub.publish(
      TOPICS.cloudBuilds,
      {
        id,
        status: STATUS[view.state],
        statusDetail: view.detail,
        tags: view.attempts.map(({ buildId, attempt }) => attemptTag(buildId, attempt)),
        steps: [{ exitCode }],
        ...(output && {
          results: { buildStepOutputs: [Buffer.from(JSON.stringify(output)).toString('base64')] },
        }),
      },
      {},
    );
  }
}
