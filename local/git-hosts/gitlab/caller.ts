import type { Context } from 'hono';
import type { HostPlace } from '../stand-in.ts';
import type { Right } from '../state.ts';

/** GitLab's answer in case of trouble. */
export class Trouble extends Error {
  readonly status: 400 | 401 | 403 | 404 | 422;
  constructor(status: Trouble['status'], message: string) {
    super(message);
    this.status = status;
  }
}

/** A project that is asked for by its earlier path. */
export class Moved extends Error {
  readonly id: number;
  constructor(id: number) {
    super('moved');
    this.id = id;
  }
}

export const notFound = (what: string) => new Trouble(404, `404 ${what} Not Found`);

/** A project that a request is about, and what its sender may do there. */
export interface Asked {
  readonly fullName: string;
  readonly right: Right | null;
}

const ORDER: readonly Right[] = ['read', 'write', 'admin'];

/** What the sender's token may do; null: there is none. Throws Trouble 401. */
export function callerOf(context: Context, { state }: HostPlace): Right | null {
  const bearer = /^bearer (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1];
  const token = bearer ?? context.req.header('private-token');
  if (token === undefined) return null;
  const right = state.tokens.get(token);
  if (right === undefined) throw new Trouble(401, '401 Unauthorized');
  return right;
}

/** The project of a request (`:id`, a number or a path), where its sender may do this. Throws Trouble, or Moved. */
export function asked(context: Context, place: HostPlace, needed: Right): Asked {
  const right = callerOf(context, place);
  const given = context.req.param('id') ?? '';
  const fullName = /^\d+$/.test(given) ? (place.state.nameOf(Number(given)) ?? '') : given;
  if (!place.repositories.exists(fullName)) throw notFound('Project');
  const facts = place.state.facts(fullName);
  if (right === null && facts.private) throw notFound('Project');
  if (fullName === given && facts.renamed_to !== null) throw new Moved(facts.id);
  if (right === null && needed !== 'read') throw new Trouble(401, '401 Unauthorized');
  if (right !== null && ORDER.indexOf(right) < ORDER.indexOf(needed)) throw new Trouble(403, '403 Forbidden');
  return { fullName, right };
}
