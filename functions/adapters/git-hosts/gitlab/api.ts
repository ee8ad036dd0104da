import {
  Commits,
  MergeRequests,
  ProjectHooks,
  Projects,
  Repositories,
  RepositoryFiles,
} from '@gitbeaker/rest';
import type { z } from 'zod';
import { TransientError, UserError } from '#core/errors.ts';
import type { HostAccess } from '#core/ports.ts';
import { errorOf, HostRefusal, hostFetch, unreadable } from '../http.ts';
import { BadAnswerError, requester } from './requester.ts';

/** What people call it. */
export const NAME = 'GitLab';

export interface GitLabSettings {
  /** Where people reach it, without a slash at its end. */
  readonly url: string;
  /** Its API: `https://HOST/api/v4`. */
  readonly apiUrl: string;
  /** How long it may take for an answer. */
  readonly timeoutMs?: number;
}

/** Gitbeaker's resources that we use, with what is shown for one repository. */
export interface GitLabApi {
  readonly projects: Projects;
  readonly commits: Commits;
  readonly repositories: Repositories;
  readonly files: RepositoryFiles;
  readonly mergeRequests: MergeRequests;
  readonly hooks: ProjectHooks;
}

/**
 * The API as this repository's token may use it. As `Authorization: Bearer` GitLab takes every kind of token: a
 * project's, a group's, a person's, OAuth's (docs.gitlab.com/api/rest/authentication).
 */
export function apiFor({ apiUrl, timeoutMs }: GitLabSettings, { token }: HostAccess): GitLabApi {
  const fetch = hostFetch({ name: NAME, ...(timeoutMs !== undefined && { timeoutMs }) });
  const options = {
    host: apiUrl.replace(/\/api\/v4$/, ''), // Gitbeaker adds it
    requesterFn: requester(fetch),
    queryTimeout: null, // the fetch has its own
    ...(token && { oauthToken: token.reveal() }),
  };
  return {
    projects: new Projects(options),
    commits: new Commits(options),
    repositories: new Repositories(options),
    files: new RepositoryFiles(options),
    mergeRequests: new MergeRequests(options),
    hooks: new ProjectHooks(options),
  };
}

/**
 * An answer, of the shape that is used of it: Gitbeaker's types say what GitLab documents, and nobody checks.
 * @param what what was to be done, after "could not": `read acme/shop`.
 */
export async function asked<T>(
  what: string,
  schema: z.ZodType<T, unknown>,
  answer: Promise<unknown>,
): Promise<T> {
  const parsed = schema.safeParse(
    await answer.catch((error: unknown) => Promise.reject(errorFor(what, error))),
  );
  if (parsed.success) return parsed.data;
  throw unreadable(NAME, what, parsed.error);
}

function errorFor(what: string, error: unknown): unknown {
  if (error instanceof BadAnswerError) return errorOf(NAME, what, error.answer);
  if (error instanceof UserError || error instanceof TransientError) return error;
  return error instanceof SyntaxError ? unreadable(NAME, what, error) : error;
}

/** A refusal with this status as null: there is no such thing. */
export async function orNull<T>(answer: Promise<T>, ...statuses: readonly number[]): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof HostRefusal && statuses.includes(error.status)) return null;
    throw error;
  }
}
