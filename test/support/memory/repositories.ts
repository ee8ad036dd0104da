import type { Repositories } from '#core/ports.ts';
import { Repository } from '#core/repository.ts';
import { createIn, type State, step } from './state.ts';

export function memoryRepositories(state: State): Repositories {
  const { repositories } = state;
  return {
    create: (repository) =>
      step(state, () => createIn(repositories, repository.id, Repository.parse(repository))),
    get: (id) => step(state, () => repositories.get(id) ?? null),
    list: (team) =>
      step(state, () =>
        [...repositories.values()]
          .filter((repository) => repository.team === team)
          .toSorted((a, b) => (a.full_name < b.full_name ? -1 : 1)),
      ),
    addSecretName: (id, name) =>
      step(state, () => {
        const known = repositories.get(id);
        if (!known) throw new Error(`there is no repository ${id}`);
        repositories.set(id, { ...known, secret_names: [...new Set([...known.secret_names, name])] });
      }),
  };
}
