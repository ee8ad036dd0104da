import type { Role } from './access.ts';
import type { Member } from './member.ts';
import type { Team } from './team.ts';
import type { ApiToken } from './token.ts';

/** Who calls, once verified, before it is said for which team. */
export type Principal =
  | { readonly kind: 'user'; readonly email: string; readonly memberships: readonly Member[] }
  | {
      readonly kind: 'token';
      readonly token: ApiToken;
      readonly team: Team;
      /** The token's own, or its owner's where that is less by now. */
      readonly role: Role;
    };

/** What tells one caller from another: an e-mail address or a token's id. */
export function principalId(principal: Principal): string {
  return principal.kind === 'user' ? principal.email : principal.token.id;
}
