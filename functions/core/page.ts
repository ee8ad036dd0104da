import { UserError } from './errors.ts';

/** What the cursor of a log looks like: attempt, chunk and line. Callers need not know. */
export const LOG_CURSOR = /^([0-9]{1,4})\.([0-9]{1,6})\.([0-9]{1,9})$/;

/** One item's place in a list that is newest first: its time (ms since the epoch), then its id. */
export interface Place {
  readonly at: number;
  readonly id: string;
}

/** What a cursor looks like. Callers need not know. */
export const CURSOR = /^([0-9]{1,15})\.([A-Za-z0-9-]{1,64})$/;

/** The cursor after an item: the next page starts behind it, also where newer items came meanwhile. */
export function cursorAfter({ at, id }: Place): string {
  return `${at}.${id}`;
}

/** Reads a cursor back. Throws UserError('invalid_request') for one that no page gave. */
export function parseCursor(cursor: string): Place {
  const match = CURSOR.exec(cursor);
  if (!match?.[1] || !match[2])
    throw new UserError('invalid_request', 'the cursor is not one that a page gave');
  return { at: Number(match[1]), id: match[2] };
}
