import type { Topic } from '#core/messages.ts';
import { T0 } from '#test/support/memory/examples.ts';
import type { Action, CallFate, CallFault, MessageFault, Schedule } from './schedule.ts';
import { Timeline } from './timeline.ts';

/** One line of a trace: what an actor did, and what came of it. */
export interface Step {
  /** ms from the start. */
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly outcome: string;
}

/** When faults stop, after the end of the last action: what the schedule still holds then does not happen any more. */
const FAULTS_GO_ON_MS = 15 * 60_000;

/** What everybody in a simulated world shares: its time, its luck, and what is written down of it. */
export class Context {
  readonly schedule: Schedule;
  readonly timeline = new Timeline(T0);
  readonly calmAt: number;
  /** How often each kind of fault struck, and each end came. */
  readonly counts = new Map<string, number>();
  readonly steps: Step[] = [];
  readonly traced: boolean;
  /** The first invariant that did not hold. */
  violation: string | null = null;
  readonly #nth = new Map<string, number>();
  readonly #calls: ReadonlyMap<string, CallFault>;
  readonly #messages: ReadonlyMap<string, MessageFault>;
  readonly #outages: readonly Extract<Action, { kind: 'outage' }>[];

  constructor(schedule: Schedule, traced: boolean) {
    this.schedule = schedule;
    this.traced = traced;
    this.calmAt = T0 + Math.max(0, ...schedule.actions.map(endOf)) + FAULTS_GO_ON_MS;
    this.#calls = new Map(schedule.calls.map((fault) => [`${fault.by} ${fault.port} ${fault.nth}`, fault]));
    this.#messages = new Map(schedule.messages.map((fault) => [`${fault.topic} ${fault.nth}`, fault]));
    this.#outages = schedule.actions.filter((action) => action.kind === 'outage');
  }

  get now(): number {
    return this.timeline.now;
  }

  get calm(): boolean {
    return this.now >= this.calmAt;
  }

  /** Counts per key, from 0. */
  nth(key: string): number {
    const nth = this.#nth.get(key) ?? 0;
    this.#nth.set(key, nth + 1);
    return nth;
  }

  /** A number in [0, 1) that depends on the seed, the key and how often it was asked for. */
  luck(key: string): number {
    return noise(this.schedule.seed, key, this.nth(`luck ${key}`));
  }

  /** A duration: mostly near `least`, seldom near `most` (ms). */
  duration(key: string, least: number, most: number): number {
    return Math.round(least + (most - least) * this.luck(key) ** 3);
  }

  /** What the schedule has in store for the next call of a port's method by `by`. */
  callFault(by: string, port: string): Pick<CallFault, 'fate' | 'ms'> | null {
    const planned = this.#calls.get(`${by} ${port} ${this.nth(`${by} ${port}`)}`);
    if (this.calm) return null;
    if (planned !== undefined) {
      const fate = planned.fate === 'effect_late' && isStore(port) ? this.#unknown() : planned.fate;
      this.count(`call: ${fate}`);
      return { fate, ms: planned.ms };
    }
    return this.#outage(port);
  }

  /** A commit of the store has preconditions (docs/decisions/0007): it comes now or never, not late. */
  #unknown(): CallFate {
    return this.luck('unknown outcome') < 0.5 ? 'error_before' : 'error_after';
  }

  #outage(port: string): { fate: CallFate; ms: number } | null {
    const since = this.now - T0;
    const struck = this.#outages.some(
      ({ at, ms, of }) =>
        at <= since && since < at + ms && (port.startsWith(of) || (of === 'store' && isStore(port))),
    );
    if (!struck) return null;
    this.count('call: into an outage');
    return { fate: 'error_before', ms: 0 };
  }

  messageFault(topic: Topic): MessageFault | null {
    const found = this.#messages.get(`${topic} ${this.nth(`message ${topic}`)}`);
    if (found === undefined || this.calm) return null;
    this.count(`message: ${found.fate}`);
    return found;
  }

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  /** Writes a step down, where the run is traced. */
  note(actor: string, action: string, outcome = ''): void {
    if (this.traced) this.steps.push({ at: this.now - T0, actor, action, outcome });
  }

  /** Says that an invariant does not hold; the first one counts. */
  broken(what: string): void {
    if (this.violation !== null) return;
    this.violation = what;
    this.note('INVARIANT', what);
  }
}

function endOf(action: Action): number {
  return action.at + ('ms' in action ? action.ms : 0);
}

const STORE_PORTS = ['deliveries', 'repositories', 'builds', 'queue', 'logs', 'tags', 'reports'];

function isStore(port: string): boolean {
  return STORE_PORTS.includes(port.slice(0, port.indexOf('.')));
}

/** A number in [0, 1) from a seed, a key and a count: FNV-1a, then MurmurHash3's finaliser. */
function noise(seed: number, key: string, nth: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ nth, 0x01000193);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return (hash >>> 0) / 2 ** 32;
}
