import { createAppAuth } from '@octokit/auth-app';
import { z } from 'zod';
import type { Secret } from '#core/secret.ts';
import { unreadable } from '../http.ts';
import { ownerAndName } from './names.ts';
import { askPage, NAME, type OctokitRequest, orNull, type Page, type Question, sent } from './request.ts';

/** How long it is believed where an App is installed (ms). */
const KNOWN_MS = 10 * 60_000;
const MOST_KNOWN = 10_000;

/** A token for cloning is asked for anew when it would end sooner than this (ms): it lives for an hour. */
const FRESH_MS = 45 * 60_000;

const Installation = z.object({
  id: z.int().positive(),
  permissions: z.record(z.string(), z.string()).default({}),
});
export type Installation = z.infer<typeof Installation>;

/** What an installation token may do; left out: all that the App may. */
type Permissions = Readonly<Record<string, 'read' | 'write'>>;

const Token = z.object({ token: z.string().min(1), expiresAt: z.iso.datetime() });

/** A GitHub App: it proves itself with its key, and takes tokens for one repository at a time. */
export class App {
  readonly #request: OctokitRequest;
  readonly #auth: ReturnType<typeof createAppAuth>;
  readonly #known = new Map<string, { installation: Installation; until: number }>();

  constructor(request: OctokitRequest, { id, privateKey }: { id: string; privateKey: Secret }) {
    this.#request = request;
    this.#auth = createAppAuth({ appId: id, privateKey: privateKey.reveal(), request });
  }

  /** Asks as the App itself, not as an installation of it. */
  async ask<T>(question: Question<T>): Promise<T> {
    return (await this.page(question)).answer;
  }

  async page<T>(question: Question<T>): Promise<Page<T>> {
    const { token } = await this.#auth({ type: 'app' });
    return askPage(this.#request, `Bearer ${token}`, question);
  }

  /** The installation that covers a repository; null: none does. */
  async installationFor(fullName: string): Promise<Installation | null> {
    const key = fullName.toLowerCase();
    const known = this.#known.get(key);
    if (known && known.until > Date.now()) return known.installation;
    const question = {
      what: `find the GitHub App's installation for ${fullName}`,
      route: 'GET /repos/{owner}/{repo}/installation',
      params: ownerAndName(fullName),
      answer: Installation,
    };
    const installation = await orNull(this.ask(question), 404);
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    if (installation === null) this.#known.delete(key);
    else this.#known.set(key, { installation, until: Date.now() + KNOWN_MS });
    return installation;
  }

  /** A token for asking the API about this repository, and no other. */
  async token(installation: Installation, fullName: string): Promise<string> {
    return (await this.#token(installation, fullName, {})).token;
  }

  /** A token that only reads this repository's content, and lives for some time yet. */
  async cloneToken(installation: Installation, fullName: string): Promise<string> {
    const permissions: Permissions = { contents: 'read' };
    const kept = await this.#token(installation, fullName, { permissions });
    if (Date.parse(kept.expiresAt) - Date.now() > FRESH_MS) return kept.token;
    return (await this.#token(installation, fullName, { permissions, refresh: true })).token;
  }

  async #token(
    installation: Installation,
    fullName: string,
    options: { permissions?: Permissions; refresh?: boolean },
  ): Promise<z.infer<typeof Token>> {
    const what = `get a token for ${fullName}`;
    const wanted = {
      type: 'installation' as const,
      installationId: installation.id,
      repositoryNames: [ownerAndName(fullName).repo],
      ...(options.permissions && { permissions: { ...options.permissions } }),
    };
    // auth-app keeps whatever was answered, so what is no token is asked for once more.
    for (const refresh of options.refresh ? [true] : [false, true]) {
      const token = Token.safeParse(await sent(what, () => this.#auth({ ...wanted, refresh })));
      if (token.success) return token.data;
    }
    throw unreadable(NAME, what, null);
  }
}
