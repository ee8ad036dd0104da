import { z } from 'zod';

/** Documents read and written, as Firestore bills them: cloud.google.com/firestore/pricing. */
export interface Tally {
  readonly reads: number;
  readonly writes: number;
}

const Batch = z.object({ found: z.unknown().optional(), missing: z.string().optional() });
const Query = z.object({ document: z.unknown().optional() });
const Listened = z.object({ documentChange: z.unknown().optional() });
const Writes = z.object({ writes: z.array(z.unknown()) });

/** What one message of a call is worth. Not known: a method that nobody counts would be a hole in the figure. */
interface Rule {
  readonly request?: (message: unknown) => Partial<Tally>;
  readonly response?: (message: unknown) => Partial<Tally>;
  /** A call that returned nothing is charged as much. */
  readonly leastReads?: number;
}

const Aggregated = z.object({
  result: z
    .object({ aggregateFields: z.record(z.string(), z.object({ integerValue: z.coerce.number() })) })
    .optional(),
});

/** What a count came to; nothing here asks for another aggregation. */
function countedIn(message: unknown): number {
  const { result } = Aggregated.parse(message);
  return Math.max(0, ...Object.values(result?.aggregateFields ?? {}).map(({ integerValue }) => integerValue));
}

const one = (is: unknown): number => (is === undefined || is === null ? 0 : 1);
const written = (message: unknown): Partial<Tally> => ({ writes: Writes.parse(message).writes.length });

const RULES: Readonly<Record<string, Rule>> = {
  BatchGetDocuments: {
    // a document that is not there is charged like one that is
    response: (message) => {
      const { found, missing } = Batch.parse(message);
      return { reads: Math.max(one(found), one(missing)) };
    },
  },
  RunQuery: { response: (message) => ({ reads: one(Query.parse(message).document) }), leastReads: 1 },
  // counting takes a read for each 1,000 entries of the index that it passes, and one at least
  RunAggregationQuery: {
    response: (message) => ({ reads: Math.ceil(countedIn(message) / 1000) }),
    leastReads: 1,
  },
  Listen: { response: (message) => ({ reads: one(Listened.parse(message).documentChange) }) },
  Commit: { request: written },
  BatchWrite: { request: written },
};

/** One call's share, message by message. */
export interface CallTally {
  request(message: unknown): void;
  response(message: unknown): void;
  /** Called once, at the call's end. */
  end(): void;
}

/** Adds up reads and writes over calls. */
export class FirestoreTally {
  #reads = 0;
  #writes = 0;

  get now(): Tally {
    return { reads: this.#reads, writes: this.#writes };
  }

  /** Begins a call of a method of google.firestore.v1.Firestore. Throws for one that is not counted yet. */
  call(method: string): CallTally {
    const rule = RULES[method];
    if (!rule) throw new Error(`nobody counts what Firestore's ${method} reads and writes`);
    let reads = 0;
    const add = (share: Partial<Tally> | undefined) => {
      reads += share?.reads ?? 0;
      this.#reads += share?.reads ?? 0;
      this.#writes += share?.writes ?? 0;
    };
    return {
      request: (message) => add(rule.request?.(message)),
      response: (message) => add(rule.response?.(message)),
      end: () => add({ reads: Math.max(0, (rule.leastReads ?? 0) - reads) }),
    };
  }
}
