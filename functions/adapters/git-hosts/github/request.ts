import { request as octokit } from '@octokit/request';
import { z } from 'zod';
import { TransientError, UserError } from '#core/errors.ts';
import { errorOf, type HostReach, HostRefusal, hostFetch, unreadable } from '../http.ts';
import { FullName } from './fields.ts';

/** What people call it. */
export const NAME = 'GitHub';

/** The API that this code was written against; an Enterprise Server has it since 3.9. */
const API_VERSION = '2022-11-28';

export type OctokitRequest = typeof octokit;

/** What a request is: a route as GitHub documents it, with its parameters. */
export interface Question<T> {
  /** What is to be done, after "could not": `read acme/shop`. */
  readonly what: string;
  readonly route: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly accept?: string;
  /** What is used of the answer. */
  readonly answer: z.ZodType<T, unknown>;
}

/** Octokit's client at one address of the API, within our limits. */
export function octokitAt(apiUrl: string, reach: Omit<HostReach, 'name'> = {}): OctokitRequest {
  return octokit.defaults({
    baseUrl: apiUrl,
    headers: { 'user-agent': 'bitflow', 'x-github-api-version': API_VERSION },
    request: { fetch: hostFetch({ name: NAME, ...reach }) },
  });
}

/** A page of a list, and the cursor of the next one; null: it is the last. */
export interface Page<T> {
  readonly answer: T;
  readonly next: string | null;
}

/** @param authorization the header; null: nobody's. */
export async function ask<T>(
  request: OctokitRequest,
  authorization: string | null,
  question: Question<T>,
): Promise<T> {
  return (await askPage(request, authorization, question)).answer;
}

/** Asks for a page of a list that goes by cursors. */
export async function askPage<T>(
  request: OctokitRequest,
  authorization: string | null,
  { what, route, params = {}, accept, answer }: Question<T>,
): Promise<Page<T>> {
  const headers = { ...(authorization && { authorization }), ...(accept && { accept }) };
  const response = await sent(what, () => request(route, { ...params, headers }));
  if (response.status >= 300) throw await moved(request, headers, what, response);
  const parsed = answer.safeParse(response.data);
  if (!parsed.success) throw unreadable(NAME, what, parsed.error);
  return { answer: parsed.data, next: cursorIn(response.headers.link) };
}

/** The cursor of the next page, in a header `Link` (RFC 8288). */
function cursorIn(link: string | undefined): string | null {
  const next = /<([^<>]*)>\s*;\s*rel="next"/.exec(link ?? '')?.[1];
  return next !== undefined && URL.canParse(next) ? new URL(next).searchParams.get('cursor') : null;
}

/** A refusal with this status as null: there is no such thing. */
export async function orNull<T>(asked: Promise<T>, ...statuses: readonly number[]): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof HostRefusal && statuses.includes(error.status)) return null;
    throw error;
  }
}

/** What Octokit throws: `response` is missing where there was none. */
const RequestError = z.object({
  status: z.int(),
  response: z.object({ headers: z.record(z.string(), z.unknown()), data: z.unknown() }).optional(),
  cause: z.unknown().optional(),
});
const Said = z.object({ message: z.string(), errors: z.array(z.object({ message: z.string() })).optional() });

/** Sends, and gives what Octokit throws as one of our errors. */
export async function sent<T>(what: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof UserError || error instanceof TransientError) throw error;
    const { status, response, cause } = RequestError.safeParse(error).data ?? {};
    if (cause instanceof UserError || cause instanceof TransientError) throw cause;
    if (status === undefined) throw error;
    if (response === undefined) throw unreadable(NAME, what, error);
    const said = Said.safeParse(response.data).data;
    const message = [said?.message, ...(said?.errors ?? []).map((each) => each.message)].join(' ');
    throw errorOf(NAME, what, { status, headers: response.headers, message });
  }
}

const Moved = z.object({ url: z.string() });
const Renamed = z.object({ full_name: FullName });

/**
 * GitHub answers under a repository's earlier name with the address of the new one. It is not followed: what is kept
 * of the repository, its webhook and its images go by the name, so somebody has to say what becomes of them.
 */
async function moved(
  request: OctokitRequest,
  headers: Readonly<Record<string, string>>,
  what: string,
  { status, data }: { status: number; data: unknown },
): Promise<UserError | TransientError> {
  const error = errorOf(NAME, what, { status, headers: {}, message: '' });
  const { url } = Moved.safeParse(data).data ?? {};
  const { baseUrl } = request.endpoint.DEFAULTS;
  const id = /^(https?:\/\/[^/]+(?:\/api\/v3)?)\/repositories\/([0-9]{1,20})(?:\/|$)/.exec(url ?? '');
  if (id?.[1] !== baseUrl) return error;
  const params = { id: id[2], headers };
  const answer = await request('GET /repositories/{id}', params).catch(() => null);
  const renamed = Renamed.safeParse(answer?.data).data;
  if (renamed === undefined) return error;
  return new HostRefusal(status, `could not ${what}: it is called ${renamed.full_name} at ${NAME} now`);
}
