import type { CloneCredential, HostAccess } from '#core/ports.ts';
import { Secret } from '#core/secret.ts';
import { isOwnAddress } from '../own-address.ts';
import { App, type Installation } from './app.ts';
import { ownerAndName } from './names.ts';
import { ask, type OctokitRequest, octokitAt, type Question } from './request.ts';

export interface GitHubSettings {
  /** Where people reach it: `https://github.com`, or an Enterprise Server's address. Without a slash at its end. */
  readonly url: string;
  /** Its API: `https://api.github.com`, or `https://HOST/api/v3`. */
  readonly apiUrl: string;
  /** The installation's own token; null: it has none. */
  readonly token: Secret | null;
  /** The installation's GitHub App, which comes before its token; null: it has none. */
  readonly app: { readonly id: string; readonly privateKey: Secret } | null;
  /** How long a request may take (ms); left out: 10 s. */
  readonly timeoutMs?: number;
}

/** What we show for a repository: a token, the App where it is installed there, or nothing. */
type Shown =
  | { readonly kind: 'token'; readonly token: Secret }
  | { readonly kind: 'app'; readonly app: App; readonly installation: Installation }
  | { readonly kind: 'nothing' };

/** GitHub's API, asked with what each repository is to be asked with. */
export class GitHubApi {
  readonly app: App | null;
  readonly #settings: GitHubSettings;
  readonly #request: OctokitRequest;

  constructor(settings: GitHubSettings) {
    this.#settings = settings;
    this.#request = octokitAt(
      settings.apiUrl,
      settings.timeoutMs === undefined ? {} : { timeoutMs: settings.timeoutMs },
    );
    this.app = settings.app && new App(this.#request, settings.app);
  }

  /** The repository's own token comes first; then the App, where it is installed; then the installation's token. */
  async shown({ full_name, token, installation }: HostAccess): Promise<Shown> {
    if (token !== null) return { kind: 'token', token };
    if (!installation) return { kind: 'nothing' };
    const installed = (await this.app?.installationFor(full_name)) ?? null;
    if (this.app && installed) return { kind: 'app', app: this.app, installation: installed };
    return this.#settings.token ? { kind: 'token', token: this.#settings.token } : { kind: 'nothing' };
  }

  /** Asks about a repository; `{owner}` and `{repo}` of the route are its. */
  async ask<T>(access: HostAccess, question: Question<T>): Promise<T> {
    const names = ownerAndName(access.full_name);
    const shown = await this.shown(access);
    const authorization = await headerOf(shown, access.full_name);
    return ask(this.#request, authorization, { ...question, params: { ...names, ...question.params } });
  }

  /**
   * What the builder clones with. An App's is for this one repository and only reads its content. No credential is
   * for another address than the repository's own here: its clone address may be anything, and what the installation
   * shows may read the repositories of all teams.
   */
  async cloneCredential(access: HostAccess): Promise<CloneCredential | null> {
    if (!isOwnAddress(access, this.#settings.url)) return null;
    const shown = await this.shown(access);
    if (shown.kind === 'nothing') return null;
    const password =
      shown.kind === 'token'
        ? shown.token
        : new Secret(await shown.app.cloneToken(shown.installation, access.full_name));
    return { username: 'x-access-token', password };
  }
}

async function headerOf(shown: Shown, fullName: string): Promise<string | null> {
  switch (shown.kind) {
    case 'token':
      return `Bearer ${shown.token.reveal()}`;
    case 'app':
      return `Bearer ${await shown.app.token(shown.installation, fullName)}`;
    case 'nothing':
      return null;
  }
}
