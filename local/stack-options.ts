import type { Machine } from './machine.ts';

/** What a stack is asked for. */
export interface StackOptions {
  readonly machine: Machine;
  /** Keeps the registry's and BuildKit's data; without it, they go with the stack. */
  readonly dataDir?: string | undefined;
  /** Further git servers on this machine that may be cloned from, `host:port`. */
  readonly allowHosts?: readonly string[];
  /** How many builds run at once. */
  readonly capacity?: number;
  /** More or other environment of the functions, such as shorter leases. */
  readonly env?: Readonly<Record<string, string>>;
  /** The environment of one function, from what all have: so that it meets others through a proxy. */
  readonly envOf?: (name: string, env: Environment) => Environment | Promise<Environment>;
  /** Where the messages for a function are pushed to, from its address: a proxy that loses or doubles some. */
  readonly pushTo?: (name: string, url: string) => string | Promise<string>;
  /** More environment of a build's step, as a worker pool would give it. */
  readonly workerEnv?: Readonly<Record<string, string>>;
  /** Builds start BuildKit inside their own step, privileged as in Cloud Build, instead of sharing the stack's. */
  readonly ownBuildkit?: boolean;
  /** How far behind Cloud Build's list is. */
  readonly listLagMs?: number;
  /** How often a message is delivered before it is given up (20); Pub/Sub takes 5 at least. */
  readonly maxDeliveryAttempts?: number;
  /** The git server delivers a webhook for each push, as a git host does; without it, the caller delivers by hand. */
  readonly deliverPushes?: boolean;
  /** How often `sweep` is called (ms); 0: never. */
  readonly sweepEveryMs?: number;
  readonly log: (line: string) => void;
}

export type Environment = Readonly<Record<string, string>>;
