import type { LocalEvent } from './stand-in.ts';

/** A webhook as a stand-in has it; `settings` is whatever its API was given besides. */
export interface Hook {
  readonly id: number;
  readonly full_name: string;
  url: string;
  secret: string;
  settings: Readonly<Record<string, unknown>>;
}

/** A commit status, as it was told. */
export interface Status {
  readonly full_name: string;
  readonly sha: string;
  readonly context: string;
  readonly state: string;
  readonly description: string | null;
  readonly target_url: string | null;
}

/** A comment on a commit, or on a pull request (`sha` is empty then). */
export interface Comment {
  readonly id: number;
  readonly full_name: string;
  readonly sha: string;
  readonly pull_request?: number;
  body: string;
}

/** A pull request, or merge request. */
export interface PullRequest {
  readonly number: number;
  /** Where it is asked for. */
  readonly full_name: string;
  head_sha: string;
  readonly head_branch: string;
  /** Where its head lies; another name than `full_name`: a fork. */
  readonly head_repository: string;
  readonly base_branch: string;
  title: string;
  labels: string[];
  state: 'open' | 'closed' | 'merged';
  updated_at: number;
}

/** One call of a webhook that hears of every repository, as GitHub lists them; 0: nobody answered. */
export interface HookTry {
  readonly id: number;
  readonly event: LocalEvent;
  readonly hook: Hook;
  readonly at: number;
  readonly redelivery: boolean;
  readonly status: number;
}

/** A GitHub App, and where it is installed. */
export interface LocalApp {
  readonly id: number;
  readonly slug: string;
  /** PEM, of the key that it proves itself with. */
  readonly publicKey: string;
  /** Its installations: one for each account, by that account's name. */
  readonly installations: Map<string, number>;
  readonly permissions: Readonly<Record<string, string>>;
  /** Where its webhook sends to. */
  hookUrl: string | null;
  /** Names of repositories; null: all. */
  installedOn: Set<string> | null;
}

/** What a token that an App took may do: it is for one repository. */
export interface AppToken {
  readonly repository: string;
  readonly permissions: Readonly<Record<string, string>>;
}

export type Right = 'admin' | 'write' | 'read';

/** What is known of a repository besides what git has. */
export interface Facts {
  readonly id: number;
  private: boolean;
  archived: boolean;
  /** Its name now, where it was renamed. */
  renamed_to: string | null;
}

/** All that a stand-in remembers. Tests read it, and set what people would set at the host. */
export class HostState {
  readonly hooks = new Map<number, Hook>();
  /** In the order in which they were told. */
  readonly statuses: Status[] = [];
  /** GitHub's, by id, as they stand; `told` has every call. */
  readonly checkRuns = new Map<number, Readonly<Record<string, unknown>>>();
  readonly told: Readonly<Record<string, unknown>>[] = [];
  readonly comments: Comment[] = [];
  readonly pullRequests: PullRequest[] = [];
  /** What each token may do, on every repository; one that is not here is refused (401). */
  readonly tokens = new Map<string, Right>();
  /** GitHub's Apps, by id, and the tokens that they took. */
  readonly apps = new Map<number, LocalApp>();
  readonly appTokens = new Map<string, AppToken>();
  /** Apps that somebody is about to make, by the code that the host gave for it. */
  readonly manifests = new Map<string, unknown>();
  /** The calls of the webhook that hears of every repository, the newest last. */
  readonly tries: HookTry[] = [];
  /** How many entries of a tree are listed at most. */
  treeLimit = 100_000;
  /** Every request that was answered: `METHOD path → status`. */
  readonly requests: string[] = [];
  readonly #facts = new Map<string, Facts>();
  #ids = 1000;

  /** A number that was not given yet. */
  nextId(): number {
    this.#ids += 1;
    return this.#ids;
  }

  facts(fullName: string): Facts {
    const key = fullName.toLowerCase();
    const known = this.#facts.get(key) ?? {
      id: this.nextId(),
      private: false,
      archived: false,
      renamed_to: null,
    };
    this.#facts.set(key, known);
    return known;
  }

  /** The name of the repository that has this id; null: none was asked about that has. */
  nameOf(id: number): string | null {
    return [...this.#facts].find(([, facts]) => facts.id === id)?.[0] ?? null;
  }

  hooksOf(fullName: string): Hook[] {
    return [...this.hooks.values()].filter((hook) => hook.full_name.toLowerCase() === fullName.toLowerCase());
  }

  pullRequest(fullName: string, number: number): PullRequest | null {
    return (
      this.pullRequests.find((request) => request.full_name === fullName && request.number === number) ?? null
    );
  }
}
