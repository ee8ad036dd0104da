import type { Api } from '../kit/api.ts';
import type { Candidate } from './complete.ts';
import type { Thing } from './kinds.ts';

/** As many as somebody may look through. */
const limit = 50;

/** Where to look. */
export interface Place {
  readonly api: Api;
  /** The repository that the line is about. Throws CliError where none is. */
  readonly repository: () => Promise<string>;
}

/** Things of a kind that the service has, of which one may be meant. */
export async function thingsOf(kind: Thing, place: Place): Promise<readonly Candidate[]> {
  const { api } = place;
  switch (kind) {
    case 'builds': {
      const { builds } = (await api.call('builds.list', { query: { limit } })).value;
      return builds.map(({ id, status, repository, branch }) => ({
        value: id,
        about: `${status} ${repository} ${branch ?? ''}`,
      }));
    }
    case 'repositories': {
      const { repositories } = (await api.call('repositories.list', { query: { limit } })).value;
      return repositories.map(({ full_name, platform }) => ({ value: full_name, about: platform }));
    }
    case 'teams': {
      const { teams } = (await api.call('me.get')).value;
      return teams.map(({ id, role }) => ({ value: id, about: role }));
    }
    case 'members': {
      const { teams, acting_for: acting } = (await api.call('me.get')).value;
      const id = acting?.team ?? teams[0]?.id ?? '';
      const { members } = (await api.call('teams.members.list', { params: { id }, query: { limit } })).value;
      return members.map(({ email, role }) => ({ value: email, about: role }));
    }
    case 'tokens': {
      const { tokens } = (await api.call('tokens.list', { query: { limit } })).value;
      return tokens.map(({ id, name }) => ({ value: id, about: name }));
    }
    case 'registries': {
      const { registries } = (await api.call('registries.list')).value;
      return registries.map(({ id, url }) => ({ value: id, about: url }));
    }
    case 'deliveries': {
      const { deliveries } = (await api.call('deliveries.list', { query: { limit } })).value;
      return deliveries.map(({ id, event, repository }) => ({
        value: id,
        about: `${event} ${repository ?? ''}`,
      }));
    }
    case 'dead-letters': {
      const { dead_letters } = (await api.call('dead_letters.list', { query: { limit } })).value;
      return dead_letters.map(({ id, topic }) => ({ value: id, about: topic ?? '' }));
    }
    case 'secrets':
    case 'variables':
    case 'images':
      return thingsOfRepository(kind, place);
  }
}

async function thingsOfRepository(
  kind: 'secrets' | 'variables' | 'images',
  { api, repository }: Place,
): Promise<readonly Candidate[]> {
  const params = { id: await repository() };
  switch (kind) {
    case 'secrets': {
      const { secrets } = (await api.call('repositories.secrets.list', { params })).value;
      return secrets.map(({ name }) => ({ value: name, about: '' }));
    }
    case 'variables': {
      const { build, run } = (await api.call('repositories.variables.get', { params })).value;
      const names = new Set([...Object.keys(build), ...Object.keys(run)]);
      return [...names].map((value) => ({ value, about: '' }));
    }
    case 'images': {
      const { images } = (await api.call('images.list', { params, query: { limit } })).value;
      return images.flatMap(({ digest, tags }) => [
        ...tags.map((tag) => ({ value: tag, about: digest })),
        { value: digest, about: tags.join(' ') },
      ]);
    }
  }
}
