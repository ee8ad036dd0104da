import type { BuildStatus } from '#core/build.ts';
import type { Concurrency } from '#core/concurrency.ts';
import type { Fault } from '#core/events.ts';
import type { Topic } from '#core/messages.ts';

/** The functions that a schedule may strike. */
export type FunctionName =
  | 'webhooks'
  | 'api'
  | 'intake'
  | 'submit'
  | 'exchange'
  | 'record'
  | 'report'
  | 'logs'
  | 'dead-letters'
  | 'sweep';

/** The outsides that may be away for a while. */
export type Outside = 'store' | 'bus' | 'cloudBuilds' | 'registry' | 'gitHost';

/** Something that somebody does, or that happens to a whole process; `at` is ms from the start. */
export type Action = { readonly at: number } & (
  | {
      /** A push of a commit (a small number) to a ref of one of two repositories, also back to an older one. */
      readonly kind: 'push';
      readonly repo: 0 | 1;
      readonly ref: 'main' | 'side' | 'tag';
      readonly commit: number;
      /** How many webhooks the repository has: they share the delivery's id. */
      readonly hooks: 1 | 2;
      /** How long the host takes until it calls (ms): deliveries overtake each other. */
      readonly late: number;
      /** When somebody has it delivered again (ms after the push). */
      readonly redeliver: number | null;
    }
  | {
      readonly kind: 'build';
      readonly repo: 0 | 1;
      readonly by: 'branch' | 'commit';
      readonly commit: number;
    }
  /** A message that no builder signed says that the first build is built. */
  | { readonly kind: 'forge' }
  | { readonly kind: 'kill'; readonly function: FunctionName }
  /** Every process of the function stands still, and goes on later where it was. */
  | { readonly kind: 'pause'; readonly function: FunctionName; readonly ms: number }
  | { readonly kind: 'outage'; readonly of: Outside; readonly ms: number }
);

/** Somebody cancels the `build`-th build (from 0), `late` ms after it first was in a state. */
export interface Cancel {
  readonly build: number;
  readonly in: Extract<BuildStatus, 'queued' | 'submitting' | 'submitted' | 'running' | 'promoting'>;
  readonly late: number;
}

/** What becomes of one call of a port. `…_before` and `…_after` are about its effect. */
export type CallFate =
  | 'error_before'
  | 'error_after'
  /** The caller gives up; the effect comes `ms` later. */
  | 'effect_late'
  | 'death_before'
  | 'death_after'
  /** The caller stands still for `ms`, as under a pause of its machine, and then goes on. */
  | 'stall_before'
  | 'stall_after'
  /** The effect happens twice: a client below the port tried again. */
  | 'twice'
  /** The other side refuses (`cloudBuilds.create`), an image for good (`registry.copy`); else as `error_before`. */
  | 'refused';

/** A fault at the `nth` call (from 0) of a port's method by one function, or by builders. */
export interface CallFault {
  readonly by: FunctionName | 'builder';
  readonly port: string;
  readonly nth: number;
  readonly fate: CallFate;
  readonly ms: number;
}

/** What becomes of the `nth` message (from 0) of a topic. */
export interface MessageFault {
  readonly topic: Topic;
  readonly nth: number;
  readonly fate: 'lost' | 'doubled' | 'late';
  readonly ms: number;
}

/** How far a builder gets: the step at which something happens to it. */
export const BUILDER_STEPS = ['exchange', 'clone', 'build', 'push', 'output', 'report', 'exit'] as const;
export type BuilderStep = (typeof BUILDER_STEPS)[number];

/** What becomes of the n-th Cloud Build. */
export type BuilderFate =
  | { readonly kind: 'builds' }
  | { readonly kind: 'fails'; readonly fault: Fault }
  /** It reports a digest that staging does not have. */
  | { readonly kind: 'lies' }
  /** It ends well, and says nothing. */
  | { readonly kind: 'silent' }
  | {
      readonly kind: 'ends';
      readonly before: BuilderStep;
      /** `cancelled`: by somebody in Cloud Build's console. */
      readonly how: 'killed' | 'internal_error' | 'hangs' | 'vanishes' | 'cancelled' | 'expired';
    };

/** A run as data: who does what, and what goes wrong. The world in memory and the real stack can both play it. */
export interface Schedule {
  /** Draws every duration that the schedule does not name. */
  readonly seed: number;
  readonly capacity: number;
  /** How many processes of `submit` there are: one, or two as while a new version comes up. */
  readonly submitters: 1 | 2;
  /** How far behind ListBuilds is (ms). */
  readonly listLag: number;
  /** Whether builds of one commit have one digest. */
  readonly reproducible: boolean;
  /** What a later push does to the older builds of its branch, for each of the two repositories. */
  readonly concurrency: readonly [Concurrency, Concurrency];
  readonly actions: readonly Action[];
  readonly cancels: readonly Cancel[];
  readonly calls: readonly CallFault[];
  readonly messages: readonly MessageFault[];
  readonly builders: readonly BuilderFate[];
}
