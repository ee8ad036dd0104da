import { DeadLetter } from '#core/dead-letter.ts';
import { UserError } from '#core/errors.ts';
import type { DeadLetters } from '#core/ports.ts';
import { newestFirst } from './page.ts';
import { createIn, type State, step } from './state.ts';

export function memoryDeadLetters(state: State): DeadLetters {
  const { deadLetters } = state;
  return {
    create: (letter) => step(state, () => createIn(deadLetters, letter.id, DeadLetter.parse(letter))),
    get: (id) => step(state, () => deadLetters.get(id) ?? null),
    list: (teams, page) =>
      step(state, () =>
        newestFirst(
          [...deadLetters.values()].filter((letter) => teams.includes(letter.team)),
          (letter) => ({ at: letter.kept_at, id: letter.id }),
          page,
        ),
      ),
    markReplayed: (id, at) =>
      step(state, () => {
        const letter = deadLetters.get(id);
        if (!letter) throw new UserError('not_found', `there is no dead letter ${id}`);
        const replayed = { ...letter, replayed_at: at, replays: letter.replays + 1 };
        deadLetters.set(id, replayed);
        return replayed;
      }),
  };
}
