import type { Hono } from 'hono';
import type { Platform } from '#core/repository.ts';
import type { Manners } from './misbehaviour.ts';
import type { Repositories } from './repositories.ts';
import type { Hook, HookTry, HostState, PullRequest } from './state.ts';

/** Something that happens at a host, of which its webhooks are told. `id` is the host's id of it, the same for all hooks. */
export type LocalEvent = { readonly id: string; readonly full_name: string } & (
  | {
      readonly kind: 'push';
      readonly ref: string;
      /** Null: the ref is new, or gone. */
      readonly before: string | null;
      readonly after: string | null;
    }
  | {
      readonly kind: 'pull_request';
      readonly action: 'opened' | 'updated' | 'labeled' | 'closed';
      readonly request: PullRequest;
    }
  | { readonly kind: 'ping'; readonly hook_id: number }
  /** Anything else that a test wants told: the body and its headers, as the host would send them, unsigned. */
  | { readonly kind: 'raw'; readonly headers: Readonly<Record<string, string>>; readonly body: string }
);

/** A request to a webhook: signed with the hook's secret. */
export interface Outgoing {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What became of one call of a webhook; status 0: nobody answered. */
export interface Called {
  readonly hook_id: number;
  readonly url: string;
  readonly status: number;
  readonly body: string;
}

/** Where a stand-in stands. */
export interface HostPlace {
  /** Its own address: `http://127.0.0.1:PORT`. */
  readonly address: string;
  /** The git server's: a repository lies at `/OWNER/NAME.git`. */
  readonly gitUrl: string;
  readonly repositories: Repositories;
  readonly state: HostState;
  readonly manners: Manners;
  /** Whether it calls webhooks at all. */
  readonly delivers: boolean;
  /** Tells every webhook of the repository (and the installation's own, where the host has such) of an event. */
  tell(event: LocalEvent): Promise<Called[]>;
  /** Calls a webhook that hears of every repository once more. */
  again(earlier: HookTry): Promise<Called>;
}

/** A stand-in for a host's API: a file beside this one each, and a line in index.ts. */
export interface StandIn {
  readonly platform: Platform;
  /** What the functions are told of its API: its address, and the path that they expect there. */
  readonly apiPath: string;
  /** Its API, with its real paths. */
  app(place: HostPlace): Hono;
  /** What it sends to a hook; null: this hook does not want to hear of it. */
  outgoing(event: LocalEvent, hook: Hook, place: HostPlace): Promise<Outgoing | null>;
}
