import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { notFound, StatusError } from '../grpc.ts';
import type { RequestedBuild } from './build-request.ts';
import { type BuildRecord, defaultQueueTtlMs, isTerminal } from './record.ts';
import { cancelled, type Outcome } from './run-build.ts';
import { substitute } from './substitutions.ts';
import { validateSubstituted } from './validate.ts';

/** Where a build belongs: the same id in another place is not found. */
export type Place = { readonly projectId: string; readonly projectNumber: string; readonly location: string };

type Entry = {
  current: BuildRecord;
  /** every moment of the build and when it came, for lists that are late */
  readonly history: { readonly at: number; readonly record: BuildRecord }[];
  readonly stop: AbortController;
  queueTimer?: NodeJS.Timeout;
  /** settles when a started build has ended and is told so */
  ended?: Promise<void>;
};

type Dependencies = {
  readonly capacity: number;
  readonly listLagMs: number;
  readonly now: () => Date;
  readonly run: (build: BuildRecord, stop: AbortSignal) => Promise<Outcome>;
  readonly changed: (build: BuildRecord) => void;
};

/** The builds, their queue and their statuses: QUEUED, WORKING, one terminal status. First in, first out. */
export class Builds {
  readonly #deps: Dependencies;
  readonly #entries = new Map<string, Entry>();
  #queue: Entry[] = [];
  #running = 0;
  #closed = false;

  constructor(deps: Dependencies) {
    this.#deps = deps;
  }

  /** Takes in a validated request; throws INVALID_ARGUMENT for what only shows once parameters are replaced. */
  create(place: Place, original: RequestedBuild): BuildRecord {
    if (this.#closed) throw new StatusError(status.UNAVAILABLE, 'the local Cloud Build is shutting down');
    const id = randomUUID();
    const request = substitute(original, builtInValues(place, id, original));
    validateSubstituted(request);
    const record: BuildRecord = {
      ...place,
      sequence: this.#entries.size,
      id,
      original,
      request,
      status: 'QUEUED',
      createTime: this.#deps.now(),
      steps: request.steps.map(() => ({ status: 'QUEUED', output: Buffer.alloc(0) })),
    };
    const entry: Entry = { current: record, history: [], stop: new AbortController() };
    this.#entries.set(id, entry);
    this.#update(entry, record);
    this.#queue.push(entry);
    // Node's longest timer; a longer one would fire at once.
    const queueTtl = Math.min(request.queueTtl || defaultQueueTtlMs, 2 ** 31 - 1);
    entry.queueTimer = setTimeout(() => this.#expire(entry), queueTtl);
    // After the caller has its answer: the real CreateBuild answers with a QUEUED build.
    setImmediate(() => this.#startNext());
    return record;
  }

  get(place: Place, id: string): BuildRecord {
    return this.#entry(place, id).current;
  }

  /** Returns the CANCELLED build once its container is gone. FAILED_PRECONDITION if it ended by itself. */
  async cancel(place: Place, id: string): Promise<BuildRecord> {
    const entry = this.#entry(place, id);
    if (isTerminal(entry.current.status)) throw alreadyEnded(entry.current);
    await this.#end(entry);
    const ended = this.get(place, id);
    if (ended.status !== 'CANCELLED') throw alreadyEnded(ended);
    return ended;
  }

  /** The builds of a place as the list shows them now, newest first: `listLagMs` behind. */
  list(place: Place): BuildRecord[] {
    const until = this.#deps.now().getTime() - this.#deps.listLagMs;
    return [...this.#entries.values()]
      .filter(({ current }) => current.projectId === place.projectId && current.location === place.location)
      .flatMap(({ history }) => history.findLast(({ at }) => at <= until)?.record ?? [])
      .reverse();
  }

  all(): BuildRecord[] {
    return [...this.#entries.values()].map(({ current }) => current);
  }

  /** Cancels everything and returns when nothing runs any more. */
  async close(): Promise<void> {
    this.#closed = true;
    const open = [...this.#entries.values()].filter(({ current }) => !isTerminal(current.status));
    await Promise.all(open.map((entry) => this.#end(entry)));
  }

  #entry(place: Place, id: string): Entry {
    const entry = this.#entries.get(id);
    const { projectId, location } = entry?.current ?? {};
    if (entry && projectId === place.projectId && location === place.location) return entry;
    throw notFound('Requested entity was not found.');
  }

  async #end(entry: Entry): Promise<void> {
    entry.stop.abort(cancelled);
    if (entry.ended) return entry.ended;
    this.#leaveQueue(entry);
    this.#update(entry, { ...entry.current, status: 'CANCELLED', finishTime: this.#deps.now() });
  }

  #expire(entry: Entry): void {
    if (entry.current.status !== 'QUEUED') return;
    this.#leaveQueue(entry);
    const statusDetail = 'the build was queued for longer than its queue_ttl';
    this.#update(entry, { ...entry.current, status: 'EXPIRED', statusDetail, finishTime: this.#deps.now() });
  }

  #leaveQueue(entry: Entry): void {
    clearTimeout(entry.queueTimer);
    this.#queue = this.#queue.filter((other) => other !== entry);
  }

  #startNext(): void {
    while (this.#running < this.#deps.capacity) {
      const entry = this.#queue[0];
      if (!entry) return;
      this.#leaveQueue(entry);
      this.#running += 1;
      this.#update(entry, { ...entry.current, status: 'WORKING', startTime: this.#deps.now() });
      entry.ended = this.#deps.run(entry.current, entry.stop.signal).then((outcome) => {
        this.#running -= 1;
        this.#update(entry, { ...entry.current, ...outcome, finishTime: this.#deps.now() });
        this.#startNext();
      });
    }
  }

  #update(entry: Entry, record: BuildRecord): void {
    entry.current = record;
    entry.history.push({ at: this.#deps.now().getTime(), record });
    this.#deps.changed(record);
  }
}

const alreadyEnded = (build: BuildRecord) =>
  new StatusError(
    status.FAILED_PRECONDITION,
    `cannot cancel build ${build.id}: it has ended with ${build.status}`,
  );

const builtInValues = (place: Place, id: string, build: RequestedBuild): Record<string, string> => {
  const email =
    build.serviceAccount.split('/').at(-1) || `${place.projectNumber}-compute@developer.gserviceaccount.com`;
  return {
    PROJECT_ID: place.projectId,
    PROJECT_NUMBER: place.projectNumber,
    BUILD_ID: id,
    LOCATION: place.location,
    SERVICE_ACCOUNT_EMAIL: email,
    SERVICE_ACCOUNT: `projects/${place.projectId}/serviceAccounts/${email}`,
  };
};
