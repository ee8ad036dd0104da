import { once } from 'node:events';
import { z } from 'zod';
import { ExchangeRequest } from '#core/exchange.ts';
import type { BuilderFate, BuilderStep } from '../schedule.ts';
import type { Answer, Call } from './gate.ts';
import type { Run } from './run.ts';

/** What can be done to the container of a Cloud Build. */
export interface Containers {
  /** Ends it at once, as a machine that dies. */
  kill(cloudBuildId: string): Promise<void>;
  /** Stops the builder in it where it stands. */
  freeze(cloudBuildId: string): Promise<void>;
  thaw(cloudBuildId: string): Promise<void>;
}

/** What Pub/Sub answers to a message that it took. */
const PUBLISHED: Answer = {
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from('{"messageIds":["1"]}'),
  trailers: {},
};
const Publish = z.object({ messages: z.array(z.object({ data: z.string() })).length(1) });

/** The message that a builder publishes, as text; empty for any other call. */
function published(call: Call): string {
  const message = Publish.safeParse(JSON.parse(call.body.toString())).data?.messages[0];
  return Buffer.from(message?.data ?? '', 'base64').toString();
}

/** What builders do as the gates before the exchange and before Pub/Sub see it, and what becomes of them there. */
export class Builders {
  readonly #run: Run;
  readonly #containers: Containers;
  readonly #fates = new Map<string, BuilderFate>();
  readonly #struck = new Set<string>();

  constructor(run: Run, containers: Containers) {
    this.#run = run;
    this.#containers = containers;
  }

  /** A builder redeems its token; `forward` may hold faults of its own. */
  async exchange(call: Call, forward: () => Promise<Answer | null>): Promise<Answer | null> {
    const { build_id, attempt, cloud_build_id: id } = ExchangeRequest.parse(JSON.parse(call.body.toString()));
    const { cloudBuilds } = this.#run.facts;
    if (!cloudBuilds.has(id)) {
      const nothing = { pushed: null, succeeded: false, failed: null, heard: false, ended: false };
      cloudBuilds.set(id, { id, buildId: build_id, attempt, passed: false, ...nothing });
      const fate = this.#run.schedule.builders[cloudBuilds.size - 1] ?? { kind: 'builds' };
      this.#fates.set(id, fate);
      this.#run.note(
        'builder',
        `${short(id)} is there, for ${build_id} attempt ${attempt}`,
        JSON.stringify(fate),
      );
    }
    await this.#reach(id, 'exchange');
    const answer = await forward();
    this.#run.note('builder', `${short(id)} at the exchange`, String(answer?.status ?? 'no answer'));
    await this.#reach(id, 'clone');
    return answer;
  }

  /** What the exchange answered, whether the builder hears of it or not. */
  exchanged(call: Call, answer: Answer): void {
    const { cloud_build_id: id } = ExchangeRequest.parse(JSON.parse(call.body.toString()));
    const fact = this.#run.facts.cloudBuilds.get(id);
    if (fact && answer.status === 200) fact.passed = true;
  }

  /** A builder publishes; `forward` may hold faults of its own. */
  async publish(call: Call, forward: () => Promise<Answer | null>): Promise<Answer | null> {
    const id = publisherOf(call);
    if (id === null) return forward();
    const text = published(call);
    const report = /"report":\{"type":"([a-z]+)"/.exec(text)?.[1] ?? null;
    if (report === 'progress') await this.#reach(id, stageOf(text));
    if (report === null && text.includes('"Pushed ')) await this.#reach(id, 'output');
    if (report === 'built') await this.#reach(id, 'report');
    const silent = this.#fates.get(id)?.kind === 'silent' && !this.#run.calm.aborted;
    if (silent && (report === 'built' || report === 'failed')) {
      this.#run.count('builder: silent');
      return PUBLISHED;
    }
    const answer = await forward();
    if (report === 'built') await this.#reach(id, 'exit');
    return answer;
  }

  /** Ends the container of the builder that made a call. */
  async dieIn(call: Call): Promise<void> {
    const id = publisherOf(call) ?? ExchangeRequest.parse(JSON.parse(call.body.toString())).cloud_build_id;
    await this.#containers.kill(id);
  }

  async #reach(id: string, step: BuilderStep | null): Promise<void> {
    const fate = this.#fates.get(id);
    if (fate?.kind !== 'ends' || fate.before !== step || this.#struck.has(id) || this.#run.calm.aborted)
      return;
    this.#struck.add(id);
    this.#run.count(`builder: ${fate.how}`);
    this.#run.note('builder', `${short(id)} before ${step}`, fate.how);
    if (fate.how === 'killed') return this.#containers.kill(id);
    const frozen = this.#containers.freeze(id);
    this.#run.track(`the halt of ${short(id)}`, this.#halt(id, frozen));
    await frozen;
  }

  /** Until faults are over, or somebody ends it. */
  async #halt(id: string, frozen: Promise<void>): Promise<void> {
    await frozen;
    if (!this.#run.calm.aborted) await once(this.#run.calm, 'abort');
    await this.#containers.thaw(id);
  }
}

/** The Cloud Build that published; null for any other call. */
export function publisherOf(call: Call): string | null {
  return /"cloud_build_id":"([0-9a-f-]{36})"/.exec(published(call))?.[1] ?? null;
}

/** The step that a report of progress announces. */
function stageOf(text: string): BuilderStep | null {
  const last = [...text.matchAll(/"name":"(clone|plan|build|push)"/g)].at(-1)?.[1];
  return last === 'build' || last === 'push' ? last : null;
}

function short(id: string): string {
  return id.slice(0, 8);
}
