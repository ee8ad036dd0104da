import { setTimeout as sleep } from 'node:timers/promises';
import type { Step } from '../context.ts';
import { type Facts, noFacts } from '../facts.ts';
import type { CallFault, MessageFault, Schedule } from '../schedule.ts';

/** What everybody who takes part in one schedule on the real stack shares: its faults, and what was seen. */
export class Run {
  readonly schedule: Schedule;
  readonly start = Date.now();
  readonly facts: Facts = noFacts();
  readonly steps: Step[] = [];
  /** How often each kind of fault struck, and each end came. */
  readonly counts = new Map<string, number>();
  /** Tags that were put into the release repository, in order: `image:tag=digest`. */
  readonly puts: string[] = [];
  /** The first invariant that did not hold. */
  violation: string | null = null;
  readonly #calm = new AbortController();
  readonly #nth = new Map<string, number>();
  readonly #messages = new Map<string, MessageFault | null>();
  readonly #pending = new Set<Promise<unknown>>();

  constructor(schedule: Schedule) {
    this.schedule = schedule;
  }

  /** Aborts when faults are over. */
  get calm(): AbortSignal {
    return this.#calm.signal;
  }

  /** From now on no fault strikes; what was held up goes on. */
  calmDown(): void {
    this.note('world', 'faults are over');
    this.#calm.abort();
  }

  /** Waits, until faults are over at the longest. */
  async wait(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.calm }).catch(() => undefined); // aborted: time to go on
  }

  /** Does something `ms` from now, or once faults are over. A failure is written down. */
  later(ms: number, what: string, work: () => Promise<unknown>): void {
    this.track(what, this.wait(ms).then(work));
  }

  /** The run does not end before this has. */
  track(what: string, work: Promise<unknown>): void {
    const tracked: Promise<unknown> = work.then(
      () => this.#pending.delete(tracked),
      (error: unknown) => {
        this.#pending.delete(tracked);
        this.note('world', what, `failed: ${error instanceof Error ? error.message : String(error)}`);
      },
    );
    this.#pending.add(tracked);
  }

  /** How much that was begun has not ended. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Counts per key, from 0. */
  nth(key: string): number {
    const nth = this.#nth.get(key) ?? 0;
    this.#nth.set(key, nth + 1);
    return nth;
  }

  /** What the schedule has in store for this call, the `nth` of a port's method by `by`. */
  callFault(by: string, port: string, nth: number): Pick<CallFault, 'fate' | 'ms'> | null {
    if (this.calm.aborted) return null;
    const planned = this.schedule.calls.find(
      (fault) => fault.by === by && fault.port === port && fault.nth === nth,
    );
    if (planned) this.count(`call: ${planned.fate}`);
    return planned ?? (this.#isAway(port) ? { fate: 'error_before', ms: 0 } : null);
  }

  #isAway(port: string): boolean {
    const since = Date.now() - this.start;
    return this.schedule.actions.some(
      (action) =>
        action.kind === 'outage' &&
        port.startsWith(action.of) &&
        action.at <= since &&
        since < action.at + action.ms,
    );
  }

  /** What the schedule has in store for a message; the same again when it is delivered again. */
  messageFault(topic: string, messageId: string): MessageFault | null {
    const known = this.#messages.get(messageId);
    if (known !== undefined) return null;
    const nth = this.nth(`message ${topic}`);
    const found = this.schedule.messages.find((fault) => fault.topic === topic && fault.nth === nth) ?? null;
    this.#messages.set(messageId, found);
    if (found === null || this.calm.aborted) return null;
    this.count(`message: ${found.fate}`);
    return found;
  }

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  note(actor: string, action: string, outcome = ''): void {
    this.steps.push({ at: Date.now() - this.start, actor, action, outcome });
  }

  /** Says that an invariant does not hold; the first one counts. */
  broken(what: string): void {
    this.note('INVARIANT', what);
    this.violation ??= what;
  }
}
