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

/** A comment on a commit. */
export interface Comment {
  readonly id: number;
  readonly full_name: string;
  readonly sha: string;
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

  hooksOf(fullName: string): Hook[] {
    return [...this.hooks.values()].filter((hook) => hook.full_name.toLowerCase() === fullName.toLowerCase());
  }

  pullRequest(fullName: string, number: number): PullRequest | null {
    return (
      this.pullRequests.find((request) => request.full_name === fullName && request.number === number) ?? null
    );
  }
}
