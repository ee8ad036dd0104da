import { disconnectionOf } from '#core/disconnection.ts';
import type { Repositories } from '#core/ports.ts';
import { type Connection, Repository } from '#core/repository.ts';
import { newestFirst } from './page.ts';
import { createIn, type State, step } from './state.ts';

export function memoryRepositories(state: State): Repositories {
  const { repositories, disconnections } = state;
  const stillConnected = ({ id, connection_id }: Connection) => {
    const known = repositories.get(id);
    return known?.connection_id === connection_id ? known : null;
  };
  return {
    create: (repository) =>
      step(state, () => createIn(repositories, repository.id, Repository.parse(repository))),
    get: (id) => step(state, () => repositories.get(id) ?? null),
    withHostId: (platform, hostId) =>
      step(
        state,
        () =>
          [...repositories.values()].find(
            (known) => known.platform === platform && known.host_id === hostId,
          ) ?? null,
      ),
    list: (team, page) =>
      step(state, () =>
        newestFirst(
          [...repositories.values()].filter((repository) => repository.team === team),
          (repository) => ({ at: repository.created_at, id: repository.id }),
          page,
        ),
      ),
    change: (connection, decide) =>
      step(state, () => {
        const known = stillConnected(connection);
        if (known === null) return null;
        const next = Repository.parse(decide(structuredClone(known)));
        repositories.set(next.id, next);
        return next;
      }),
    disconnect: (connection, at) =>
      step(state, () => {
        const known = stillConnected(connection);
        if (known === null) return null;
        const note = disconnectionOf(known, at);
        repositories.delete(known.id);
        disconnections.set(note.connection_id, note);
        return note;
      }),
    disconnections: (before, limit) =>
      step(state, () =>
        [...disconnections.values()]
          .filter(({ due_at }) => due_at < before)
          .toSorted((a, b) => a.due_at - b.due_at)
          .slice(0, limit),
      ),
    workedOff: (connectionId, dueAgainAt) =>
      step(state, () => {
        const note = disconnections.get(connectionId);
        if (dueAgainAt === null) disconnections.delete(connectionId);
        else if (note) disconnections.set(connectionId, { ...note, due_at: dueAgainAt });
      }),
  };
}
