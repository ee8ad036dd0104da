import type { z } from 'zod';
import { UserError } from '#core/errors.ts';
import { isFullName } from '#core/git-names.ts';
import type { CloneCredential, HostAccess } from '#core/ports.ts';
import { errorOf, HostRefusal, hostFetch, unreadable } from '../http.ts';
import { Said } from './said.ts';

/** What people call it. */
export const NAME = 'Gitee';

export interface GiteeSettings {
  /** Where people reach it, without a slash at its end. */
  readonly url: string;
  /** Its API: `https://gitee.com/api/v5`. */
  readonly apiUrl: string;
  /** How long a request may take (ms); left out: 10 s. */
  readonly timeoutMs?: number;
}

/** What a request is. */
export interface Question<T> {
  /** What is to be done, after "could not": `read acme/shop`. */
  readonly what: string;
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the repository's own address: `/hooks/7`. Names in it are escaped. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** What is used of the answer. */
  readonly answer: z.ZodType<T, unknown>;
}

/** An answer, and how many pages of them there are. */
export interface Answered<T> {
  readonly value: T;
  readonly pages: number;
}

/** Gitee's API (gitee.com/api/v5/swagger), asked with each repository's own token, or as everybody may. */
export class GiteeApi {
  readonly #settings: GiteeSettings;
  readonly #fetch: typeof fetch;

  constructor(settings: GiteeSettings) {
    this.#settings = settings;
    const { timeoutMs } = settings;
    this.#fetch = hostFetch({ name: NAME, ...(timeoutMs !== undefined && { timeoutMs }) });
  }

  /** The address that a repository is cloned from. */
  cloneUrl(fullName: string): string {
    return `${this.#settings.url}/${fullName}.git`;
  }

  /**
   * A token is good for all that its person may read: it goes to the repository's own address here, and nowhere
   * else, for a clone address anybody may give. Gitee takes any token under the user `oauth2`.
   */
  cloneCredential({ full_name, clone_url, token }: HostAccess): CloneCredential | null {
    const [own, given] = [this.cloneUrl(full_name), clone_url].map(plainAddress);
    return token !== null && own === given ? { username: 'oauth2', password: token } : null;
  }

  async ask<T>(access: HostAccess, question: Question<T>): Promise<T> {
    return (await this.askPage(access, question)).value;
  }

  async askPage<T>(access: HostAccess, question: Question<T>): Promise<Answered<T>> {
    const { what, method = 'GET', path, query = {}, body, answer } = question;
    const url = new URL(`${this.#settings.apiUrl}/repos/${addressOf(access.full_name)}${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    const response = await this.#fetch(url, {
      method,
      headers: {
        accept: 'application/json',
        'user-agent': 'bitflow',
        ...(access.token && { authorization: `Bearer ${access.token.reveal()}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = jsonOf(text);
    if (response.status >= 300) {
      const headers = Object.fromEntries(response.headers);
      const renamed = nameIn(headers.location, this.#settings.apiUrl);
      if (renamed !== null)
        throw new HostRefusal(response.status, `could not ${what}: it is called ${renamed} at ${NAME} now`);
      throw errorOf(NAME, what, { status: response.status, headers, message: Said.parse(json) });
    }
    const parsed = answer.safeParse(json);
    if (!parsed.success) throw unreadable(NAME, what, parsed.error);
    return { value: parsed.data, pages: pagesIn(response.headers) };
  }
}

/** A refusal with one of these statuses as null: there is no such thing. */
export async function orNull<T>(asked: Promise<T>, ...statuses: readonly number[]): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof HostRefusal && statuses.includes(error.status)) return null;
    throw error;
  }
}

/** `owner/name` within an address. Throws UserError('refused') for what has other parts. */
function addressOf(fullName: string): string {
  const parts = fullName.split('/');
  if (parts.length === 2 && parts.every((part) => part !== ''))
    return parts.map(encodeURIComponent).join('/');
  throw new UserError(
    'refused',
    `${fullName} is no name of a repository at ${NAME}: it has to be owner/name`,
  );
}

/** An address without what makes no difference: its case, `.git` and a slash at the end. */
function plainAddress(address: string): string {
  return address
    .toLowerCase()
    .replace(/\/$/, '')
    .replace(/\.git$/, '');
}

/** The repository that a redirect within the API leads to; null for any other address. It is not followed. */
function nameIn(location: string | undefined, apiUrl: string): string | null {
  const url = location !== undefined && URL.canParse(location, apiUrl) ? new URL(location, apiUrl).href : '';
  const path = url.startsWith(`${apiUrl}/repos/`) ? url.slice(`${apiUrl}/repos/`.length) : '';
  const name = path
    .replace(/[?#].*$/s, '')
    .split('/')
    .slice(0, 2)
    .join('/');
  return isFullName(name) ? name : null;
}

/** Lists tell in a header how many pages they have. */
function pagesIn(headers: Headers): number {
  const pages = Number(headers.get('total_page') ?? headers.get('total-page') ?? '1');
  return Number.isSafeInteger(pages) && pages > 0 ? pages : 1;
}

/** The body of an answer: null for none, undefined for what is no JSON. */
function jsonOf(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
