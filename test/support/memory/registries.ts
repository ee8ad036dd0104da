import { UserError } from '#core/errors.ts';
import type { Registries } from '#core/ports.ts';
import { TeamRegistry } from '#core/registry.ts';
import { createIn, type State, step } from './state.ts';

export function memoryRegistries(state: State): Registries {
  const { registries } = state;
  return {
    create: (registry) => step(state, () => createIn(registries, registry.id, TeamRegistry.parse(registry))),
    get: (id) => step(state, () => registries.get(id) ?? null),
    list: (team) =>
      step(state, () =>
        [...registries.values()]
          .filter((registry) => registry.team === team)
          .toSorted((a, b) => (a.url < b.url ? -1 : 1))
          .slice(0, 100),
      ),
    setCredentialAt: (id, credential_at) =>
      step(state, () => {
        const known = registries.get(id);
        if (!known) throw new UserError('not_found', `there is no registry ${id}`);
        registries.set(id, { ...known, credential_at });
      }),
    remove: (id) =>
      step(state, () => {
        registries.delete(id);
      }),
  };
}
