import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { TOPICS } from '../help/topics.ts';
import type { Api } from '../kit/api.ts';
import type { Candidate } from './complete.ts';
import type { Kind } from './kinds.ts';

/** As many as somebody may look through. */
const limit = 50;

/** Things of a kind, of which one may be meant. */
export async function thingsOf(
  kind: Kind,
  program: CommandUnknownOpts,
  api: () => Promise<Api>,
): Promise<readonly Candidate[]> {
  switch (kind) {
    case 'builds': {
      const { value } = await (await api()).call('builds.list', { query: { limit } });
      return value.builds.map(({ id, status, repository, branch }) => ({
        value: id,
        about: `${status} ${repository} ${branch ?? ''}`,
      }));
    }
    case 'repositories': {
      const { value } = await (await api()).call('repositories.list', { query: { limit } });
      return value.repositories.map(({ full_name, platform }) => ({ value: full_name, about: platform }));
    }
    case 'teams': {
      const { value } = await (await api()).call('me.get');
      return value.teams.map(({ id, role }) => ({ value: id, about: role }));
    }
    case 'tokens': {
      const { value } = await (await api()).call('tokens.list', { query: { limit } });
      return value.tokens.map(({ id, name }) => ({ value: id, about: name }));
    }
    case 'registries': {
      const { value } = await (await api()).call('registries.list');
      return value.registries.map(({ id, url }) => ({ value: id, about: url }));
    }
    case 'dead-letters': {
      const { value } = await (await api()).call('dead_letters.list', { query: { limit } });
      return value.dead_letters.map(({ id, topic }) => ({ value: id, about: topic ?? '' }));
    }
    case 'help': {
      const commands = program.createHelp().visibleCommands(program);
      return [
        ...TOPICS.map(({ name, summary }) => ({ value: name, about: summary })),
        ...commands.map((one) => ({ value: one.name(), about: one.summary() })),
      ];
    }
    case 'files':
    case 'directories':
    case 'nothing':
      return [];
  }
}
