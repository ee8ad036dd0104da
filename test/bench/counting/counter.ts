import { type CallProxy, startCallProxy } from './call-proxy.ts';
import { type FirestoreProxy, startFirestoreProxy } from './firestore-proxy.ts';

type Numbers = Readonly<Record<string, number>>;

/** What was used so far, or between two moments, in the units that a bill has. */
export interface Counts {
  /** Firestore documents read, by function. */
  readonly reads: Numbers;
  /** Firestore documents written, by function. */
  readonly writes: Numbers;
  /** Calls, by function. */
  readonly calls: Numbers;
  /** Messages, by topic; each is pushed to one function. */
  readonly messages: Numbers;
}

/** The proxies of one stack: one before Firestore for each function, one before each function that is called. */
export class Counter {
  readonly #stores = new Map<string, FirestoreProxy>();
  readonly #callers = new Map<string, Promise<CallProxy>>();

  /** @returns the address of Firestore (`host:port`) for a function, whose real one is `target`. */
  async firestoreOf(name: string, target: string): Promise<string> {
    const proxy = await startFirestoreProxy(target);
    this.#stores.set(name, proxy);
    return proxy.address;
  }

  /** @returns the URL under which a function is called, whose real one is `target`; always the same. */
  async callsOf(name: string, target: string): Promise<string> {
    const proxy = this.#callers.get(name) ?? startCallProxy(target);
    this.#callers.set(name, proxy);
    return (await proxy).url;
  }

  async now(): Promise<Counts> {
    const callers = await Promise.all(
      [...this.#callers].map(async ([name, proxy]) => ({ name, now: (await proxy).now })),
    );
    const stores = [...this.#stores].map(([name, { tally }]) => ({ name, now: tally.now }));
    return {
      reads: Object.fromEntries(stores.map(({ name, now }) => [name, now.reads])),
      writes: Object.fromEntries(stores.map(({ name, now }) => [name, now.writes])),
      calls: Object.fromEntries(callers.map(({ name, now }) => [name, now.calls])),
      messages: Object.assign({}, ...callers.map(({ now }) => now.messages)),
    };
  }

  async close(): Promise<void> {
    for (const proxy of this.#stores.values()) await proxy.close();
    for (const proxy of this.#callers.values()) await (await proxy).close();
  }
}

/** What was used between two moments; names with nothing are left out. */
export function used(before: Counts, after: Counts): Counts {
  const between = (from: Numbers, to: Numbers): Numbers =>
    Object.fromEntries(
      Object.entries(to)
        .map(([name, count]) => [name, count - (from[name] ?? 0)] as const)
        .filter(([, count]) => count > 0),
    );
  return {
    reads: between(before.reads, after.reads),
    writes: between(before.writes, after.writes),
    calls: between(before.calls, after.calls),
    messages: between(before.messages, after.messages),
  };
}

/** All of one kind together. */
export const sum = (numbers: Numbers): number => Object.values(numbers).reduce((all, each) => all + each, 0);
