import type { Context } from 'hono';
import type { HostPlace } from '../stand-in.ts';
import type { Right } from '../state.ts';
import { callerOf, demand, notFound } from './caller.ts';

/** A repository that a request is about, after it was found that its sender may do this there. */
export interface Asked {
  readonly fullName: string;
  readonly id: number;
}

/** An answer under a repository's earlier name (docs.github.com/en/rest/using-the-rest-api/best-practices#follow-redirects). */
export class Renamed extends Error {
  readonly id: number;
  constructor(id: number) {
    super('Moved Permanently');
    this.id = id;
  }
}

/** The repository of a request. Throws Trouble, or Renamed. */
export async function asked(
  context: Context,
  place: HostPlace,
  right: Right,
  permission: Parameters<typeof demand>[4],
): Promise<Asked> {
  const caller = await callerOf(context, place);
  const fullName = `${context.req.param('owner')}/${context.req.param('repo')}`;
  if (!place.repositories.exists(fullName)) throw notFound();
  const facts = place.state.facts(fullName);
  demand(caller, fullName, facts.private, right, permission);
  if (facts.renamed_to !== null) throw new Renamed(facts.id);
  return { fullName, id: facts.id };
}

/** A repository as the API and events have it. */
export async function repositoryOf(place: HostPlace, given: string) {
  const { id, private: isPrivate, archived, renamed_to } = place.state.facts(given);
  const fullName = renamed_to ?? given;
  const [owner = '', name = ''] = fullName.split('/');
  return {
    id,
    name,
    full_name: fullName,
    private: isPrivate,
    archived,
    owner: { login: owner, name: owner },
    html_url: `${place.gitUrl}/${fullName}`,
    clone_url: `${place.gitUrl}/${fullName}.git`,
    default_branch: (await place.repositories.defaultBranch(given)) ?? 'main',
    // GitHub counts in KiB and takes its time: a new one has 0, whatever is in it.
    size: 0,
  };
}
