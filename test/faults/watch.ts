import { type Build, type BuildStatus, isTerminal, SLOT_STATES } from '#core/build.ts';
import type { Concurrency } from '#core/concurrency.ts';
import { pathIn } from '#core/registry-areas.ts';
import type { TagDocument } from '#core/tags.ts';
import type { State } from '#test/support/memory/state.ts';
import type { Context } from './context.ts';
import { PATHS } from './functions.ts';

/** What may follow a state at once. Written down for itself, not taken from `transition`. */
export const NEXT: Record<BuildStatus, readonly BuildStatus[]> = {
  waiting_approval: ['queued', 'cancelled', 'expired'],
  queued: ['submitting', 'cancelled', 'expired'],
  submitting: ['submitted', 'running', 'cancelling', 'failed', 'queued', 'cancelled', 'timed_out', 'expired'],
  submitted: ['running', 'cancelling', 'failed', 'queued', 'cancelled', 'timed_out', 'expired'],
  running: ['promoting', 'cancelling', 'failed', 'queued', 'cancelled', 'timed_out', 'expired'],
  promoting: ['succeeded', 'failed'],
  cancelling: ['cancelled'],
  succeeded: [],
  failed: [],
  cancelled: [],
  timed_out: [],
  expired: [],
};

/** How many builds of a group may hold a slot at once. */
const MOST_OF_GROUP: Record<Concurrency, number> = { cancel: 2, wait: 1, parallel: Number.POSITIVE_INFINITY };
/** Where a build is not yet being ended, and not yet released. */
const ON_ITS_WAY: readonly BuildStatus[] = ['queued', 'submitting', 'submitted', 'running'];

/** Looks at every document after every step: what must hold at any time. */
export class Watch {
  readonly #context: Context;
  readonly #state: State;
  readonly #placed: string[];
  readonly #onState: (build: Build, nth: number) => void;
  readonly #builds = new Map<string, Build>();
  readonly #tags = new Map<string, TagDocument>();
  /** The Cloud Build that was bound to each attempt. */
  readonly #bound = new Map<string, string>();

  /**
   * @param placed gets each build's id when the build gets its place in the order of pushes.
   * @param onState told of every state that a build enters; `nth` is the build's number.
   */
  constructor(
    context: Context,
    state: State,
    placed: string[],
    onState: (build: Build, nth: number) => void,
  ) {
    this.#placed = placed;
    this.#context = context;
    this.#state = state;
    this.#onState = onState;
  }

  look(): void {
    let changed = false;
    let nth = 0;
    for (const [id, build] of this.#state.builds) {
      const before = this.#builds.get(id);
      if (before !== build) {
        changed = true;
        this.#builds.set(id, build);
        this.#onBuild(before ?? null, build, nth);
      }
      nth += 1;
    }
    for (const [id, document] of this.#state.tags) {
      const before = this.#tags.get(id);
      if (before === document) continue;
      this.#tags.set(id, document);
      if (before !== undefined) this.#onTag(before, document);
    }
    if (changed) this.#onSlots();
  }

  #onBuild(before: Build | null, build: Build, nth: number): void {
    if (before?.status !== build.status) this.#onState(build, nth);
    if (before?.status === 'queued' && build.status === 'submitting') this.#onStart(build);
    if (build.bound && build.cloud_build_id !== null) {
      const key = `${build.id} attempt ${build.attempt}`;
      const known = this.#bound.get(key) ?? build.cloud_build_id;
      this.#bound.set(key, known);
      if (known !== build.cloud_build_id)
        this.#context.broken(`${key}: bound to ${known} and to ${build.cloud_build_id}`);
    }
    if (before === null) return;
    if (before.order === null && build.order !== null) this.#placed.push(build.id);
    if (before.status !== build.status && !NEXT[before.status].includes(build.status))
      this.#context.broken(`${build.id} went from ${before.status} to ${build.status}`);
    if (build.attempt < before.attempt)
      this.#context.broken(`${build.id} went back to attempt ${build.attempt}`);
    if (before.order !== null && before.order !== build.order)
      this.#context.broken(`${build.id} changed its place in the order of pushes`);
    if (isTerminal(before.status)) this.#onEnded(before, build);
  }

  /** A build gets a slot: nothing that a later push cancels is on its way then, and nothing before one that waits. */
  #onStart(build: Build): void {
    const builds = [...this.#state.builds.values()].filter(({ order }) => order !== null);
    for (const one of builds) {
      const of = (other: Build) => other.concurrency?.group === one.concurrency?.group;
      const later = builds.find((other) => of(other) && (other.order ?? 0) > (one.order ?? 0));
      if (!later || one.concurrency?.policy !== 'cancel' || !ON_ITS_WAY.includes(one.status)) continue;
      this.#context.broken(`${build.id} was started while ${one.id} was not superseded by ${later.id}`);
    }
    if (build.concurrency?.policy !== 'wait') return;
    for (const one of builds) {
      const before = one.concurrency?.group === build.concurrency.group && one.status === 'queued';
      if (before && (one.order ?? 0) < (build.order ?? 0))
        this.#context.broken(`${build.id} was started before ${one.id}`);
    }
  }

  #onEnded(before: Build, build: Build): void {
    if (JSON.stringify(before.result) !== JSON.stringify(build.result))
      this.#context.broken(`${build.id} ended, and got another result`);
    const replaced = before.error?.source === 'cloud_build' && build.error?.source === 'builder';
    if (JSON.stringify(before.error) !== JSON.stringify(build.error) && !replaced)
      this.#context.broken(`${build.id} ended, and got another error`);
  }

  #onTag(before: TagDocument, after: TagDocument): void {
    const [had, has] = [before.candidates[0], after.candidates[0]];
    if (had === undefined || has === undefined || has.order >= had.order) return;
    if (this.#state.builds.get(had.build_id ?? '')?.status !== 'failed')
      this.#context.broken(
        `the document of ${after.image}:${after.tag} went back from ${had.order} to ${has.order}`,
      );
  }

  #onSlots(): void {
    const { capacity } = this.#context.schedule;
    const holders = [...this.#state.builds.values()].filter(({ status }) => SLOT_STATES.includes(status));
    if (holders.length > capacity)
      this.#context.broken(`${holders.length} builds hold the pool's ${capacity} slots`);
    for (const [group, builds] of Map.groupBy(holders, (build) => build.concurrency?.group)) {
      const policy = builds[0]?.concurrency?.policy ?? 'parallel';
      if (builds.length > MOST_OF_GROUP[policy])
        this.#context.broken(`${builds.length} builds of ${group} (${policy}) hold slots`);
    }
  }

  /** An image was copied to the release repository. */
  onCopy(path: string, digest: string): void {
    const wanted = [...this.#state.builds.values()].filter(
      (build) => build.result?.index_digest === digest && path === pathIn(PATHS.release, build.image.name),
    );
    if (
      !wanted.some(
        (build) => build.status === 'promoting' || build.status === 'succeeded' || build.status === 'failed',
      )
    )
      this.#context.broken(`${digest} reached the release repository for no build that is being released`);
  }
}
