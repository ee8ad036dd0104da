import { z } from 'zod';
import { Role } from './access.ts';
import { UserError } from './errors.ts';

/** An e-mail address, in lower case: who somebody is, here and at the issuer of their ID tokens. */
export const Email = z.email().max(254).toLowerCase();

/** A person in a team. */
export const Member = z.object({
  version: z.literal(1),
  team: z.string(),
  email: Email,
  role: Role,
  /** The caller who added them: a person's e-mail address, or a token's id. */
  added_by: z.string(),
  created_at: z.int(),
});
export type Member = z.infer<typeof Member>;

/** The most admins that a team may have: they are kept in one document. */
const MAX_ADMINS = 100;

/**
 * The admins of a team after somebody's role changed; null: they left. Who changes a role and who leaves at the
 * same time meet in this list, so that a team with an admin always keeps one.
 * Throws UserError('conflict') where nobody would be left, or too many would be.
 */
export function adminsAfter(admins: readonly string[], email: string, role: Role | null): string[] {
  const others = admins.filter((other) => other !== email);
  if (role === 'admin') {
    if (others.length >= MAX_ADMINS)
      throw new UserError('conflict', `a team has ${MAX_ADMINS} admins at most`);
    return [...others, email];
  }
  if (admins.length > 0 && others.length === 0)
    throw new UserError('conflict', 'the last admin of a team stays: make somebody else an admin first');
  return others;
}
