/** Something that happens at a time. `idle` ones keep no run going: time-outs, the next sweep. */
interface Entry {
  readonly at: number;
  readonly order: number;
  readonly idle: boolean;
  run: (() => void) | null;
}

/** Virtual time: one thing after the other, each with all that follows from it before the next. */
export class Timeline {
  now: number;
  /** How many things that are no idle ones are still to happen. */
  busy = 0;
  readonly #heap: Entry[] = [];
  #count = 0;

  /** @param start ms since the epoch. */
  constructor(start: number) {
    this.now = start;
  }

  /** Has something happen in `ms`. @returns what takes it back. */
  in(ms: number, run: () => void, idle = false): () => void {
    const entry: Entry = { at: this.now + Math.max(0, Math.round(ms)), order: this.#count++, idle, run };
    if (!idle) this.busy += 1;
    push(this.#heap, entry);
    return () => {
      if (entry.run === null) return;
      entry.run = null;
      if (!idle) this.busy -= 1;
    };
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.in(ms, resolve);
    });
  }

  /** Lets the next thing happen, and every promise that it settles be followed; false at the end of time. */
  async step(): Promise<boolean> {
    for (;;) {
      const entry = pop(this.#heap);
      if (entry === undefined) return false;
      const { run } = entry;
      if (run === null) continue;
      entry.run = null;
      if (!entry.idle) this.busy -= 1;
      this.now = entry.at;
      run();
      // The event loop comes back to us once no promise has anything left to do.
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
      return true;
    }
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** Adds to a binary heap. */
function push(heap: Entry[], entry: Entry): void {
  let index = heap.length;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || !isBefore(entry, above)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = entry;
}

/** Takes the earliest out of a binary heap. */
function pop(heap: Entry[]): Entry | undefined {
  const [first] = heap;
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return first;
  let index = 0;
  for (;;) {
    const left = 2 * index + 1;
    const [a, b] = [heap[left], heap[left + 1]];
    if (a === undefined) break;
    const child = b !== undefined && isBefore(b, a) ? left + 1 : left;
    const smaller = heap[child];
    if (smaller === undefined || !isBefore(smaller, last)) break;
    heap[index] = smaller;
    index = child;
  }
  heap[index] = last;
  return first;
}
