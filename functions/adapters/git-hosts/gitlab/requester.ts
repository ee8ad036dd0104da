import type { Projects } from '@gitbeaker/rest';
import { z } from 'zod';
import type { BadAnswer } from '../http.ts';

/** How Gitbeaker's resources send: its own way waits and repeats by itself, follows redirects and reads without end. */
export type RequesterFn = NonNullable<ConstructorParameters<typeof Projects>[0]['requesterFn']>;
type Send = ReturnType<RequesterFn>['post'];

/** An answer other than 2xx. */
export class BadAnswerError extends Error {
  readonly answer: BadAnswer;

  constructor(answer: BadAnswer) {
    super(`the answer was ${answer.status} ${answer.message}`);
    this.answer = answer;
  }
}

/** Sends by this `fetch`. Names of fields go out in snake case. What is not 2xx is thrown as `BadAnswerError`. */
export function requester(fetch: typeof globalThis.fetch): RequesterFn {
  return ({ url, authHeaders }) => {
    const send =
      (method: string): Send =>
      async (endpoint, { searchParams = {}, body } = {}) => {
        const target = new URL(`${url.replace(/\/$/, '')}/${endpoint}`);
        for (const [name, value] of known(searchParams)) target.searchParams.set(name, String(value));
        const headers = new Headers({ accept: 'application/json', 'user-agent': 'bitflow' });
        for (const [name, header] of Object.entries(authHeaders)) headers.set(name, await header());
        const fields = body instanceof FormData ? [] : known(body ?? {});
        if (fields.length > 0) headers.set('content-type', 'application/json');
        const sent = fields.length > 0 ? { body: JSON.stringify(Object.fromEntries(fields)) } : {};
        const response = await fetch(target, { method, headers, ...sent });
        const text = await response.text();
        const answerHeaders = Object.fromEntries(response.headers);
        const { status } = response;
        if (!response.ok)
          throw new BadAnswerError({ status, headers: answerHeaders, message: messageIn(text) });
        return { status, headers: answerHeaders, body: text === '' ? null : JSON.parse(text) };
      };
    return {
      get: send('GET'),
      post: send('POST'),
      put: send('PUT'),
      patch: send('PATCH'),
      delete: send('DELETE'),
    };
  };
}

function known(fields: object): [string, unknown][] {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value]);
}

/** What GitLab says went wrong: a text, or texts by field (docs.gitlab.com/api/rest/troubleshooting). */
const Said = z.object({ message: z.unknown(), error: z.unknown(), error_description: z.unknown() }).partial();

function messageIn(text: string): string {
  try {
    const { message, error, error_description } = Said.parse(JSON.parse(text));
    const said = [message, error, error_description].filter((part) => part !== undefined);
    return said.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(' ');
  } catch {
    return ''; // a page of something in between
  }
}
