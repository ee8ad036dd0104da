import { UserError } from '#core/errors.ts';
import { tokenIdOf } from '#core/ids.ts';
import type { Tokens } from '#core/ports.ts';
import { ApiToken } from '#core/token.ts';
import { newestFirst } from './page.ts';
import { createIn, type State, step } from './state.ts';

export function memoryTokens(state: State): Tokens {
  const { tokens } = state;
  return {
    create: (token) => step(state, () => createIn(tokens, token.id, ApiToken.parse(token))),
    find: (hash) =>
      step(state, () => {
        const token = tokens.get(tokenIdOf(hash));
        return token?.hash === hash ? token : null;
      }),
    get: (id) => step(state, () => tokens.get(id) ?? null),
    list: (team, owner, page) =>
      step(state, () => {
        const found = [...tokens.values()].filter(
          (token) => token.team === team && (owner === null || token.owner === owner),
        );
        return newestFirst(found, ({ created_at, id }) => ({ at: created_at, id }), page);
      }),
    revoke: (id, at) =>
      step(state, () => {
        const token = tokens.get(id);
        if (!token) throw new UserError('not_found', `there is no token ${JSON.stringify(id)}`);
        if (token.revoked_at === null) tokens.set(id, { ...token, revoked_at: at });
      }),
    used: (id, at) =>
      step(state, () => {
        const token = tokens.get(id);
        if (token) tokens.set(id, { ...token, last_used_at: at });
      }),
  };
}
