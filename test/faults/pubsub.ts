import { SUBSCRIPTIONS, TOPICS, type Topic } from '#core/messages.ts';
import { brief } from './brief.ts';
import type { Context } from './context.ts';
import type { FunctionName } from './schedule.ts';

/** A message as a subscriber gets it. */
export interface Pushed {
  readonly id: string;
  readonly topic: Topic;
  readonly body: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Takes a message; false where it has to come again. */
export type Receive = (to: FunctionName, message: Pushed) => Promise<boolean>;

/** Sooner than in the cloud, so that dead letters happen: there a message is tried 20 times. */
const MAX_ATTEMPTS = 6;
const ACK_DEADLINE_MS = 600_000;
const [LEAST_BACKOFF_MS, MOST_BACKOFF_MS] = [1000, 60_000];

/**
 * Pub/Sub as it may behave: at least once, in any order, late, doubled, and as the schedule has it not at all.
 * What is not taken comes again with a growing pause, and is a dead letter at last.
 */
export class SimulatedPubSub {
  readonly #context: Context;
  readonly #receive: Receive;

  constructor(context: Context, receive: Receive) {
    this.#context = context;
    this.#receive = receive;
  }

  publish(topic: Topic, body: unknown, attributes: Readonly<Record<string, string>>): void {
    const context = this.#context;
    const id = `message-${context.nth('message')}`;
    const message = { id, topic, body: Buffer.from(JSON.stringify(body)), attributes };
    const fault = context.messageFault(topic);
    if (fault !== null)
      context.note('pub/sub', `${topic} ${brief([body])}`, `${fault.fate} (${fault.ms} ms)`);
    if (topic === TOPICS.deadLetters) context.count('dead letter: can never work');
    if (fault?.fate === 'lost') return;
    for (const { topic: subscribed, to } of SUBSCRIPTIONS) {
      if (subscribed !== topic) continue;
      const wait = context.duration('message', 5, 1500);
      context.timeline.in(wait + (fault?.fate === 'late' ? fault.ms : 0), () => this.#push(to, message, 1));
      if (fault?.fate === 'doubled') context.timeline.in(wait + fault.ms, () => this.#push(to, message, 1));
    }
  }

  #push(to: FunctionName, message: Pushed, attempt: number): void {
    const { timeline } = this.#context;
    let over = false;
    const settle = (taken: boolean) => {
      if (over) return;
      over = true;
      takeBack();
      if (!taken) this.#again(to, message, attempt);
    };
    const takeBack = timeline.in(ACK_DEADLINE_MS, () => settle(false), true);
    this.#receive(to, message).then(settle, (error: unknown) => {
      this.#context.broken(`the simulation failed: ${String(error)}`);
    });
  }

  #again(to: FunctionName, message: Pushed, attempt: number): void {
    if (attempt >= MAX_ATTEMPTS) {
      this.#context.count('dead letter: tried too often');
      this.#context.note('pub/sub', `${message.topic} to ${to}`, 'is a dead letter');
      return;
    }
    const pause = Math.min(LEAST_BACKOFF_MS * 2 ** (attempt - 1), MOST_BACKOFF_MS);
    this.#context.timeline.in(pause, () => this.#push(to, message, attempt + 1));
  }
}
