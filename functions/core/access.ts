import { z } from 'zod';

/** What a caller may be allowed to do. A route asks for exactly one; `docs/access.md` has the table. */
export const Permission = z.enum([
  'builds:read',
  'builds:write',
  'repositories:read',
  'repositories:write',
  'repositories:admin',
  'secrets:write',
  'images:read',
  'images:write',
  'deliveries:read',
  'deliveries:write',
  'dead_letters:read',
  'dead_letters:write',
  'team:read',
  'team:write',
  'tokens:read',
  'tokens:write',
  'audit:read',
  /** Making teams and setting their limits: for admins of the team that operates the installation. */
  'installation:operate',
]);
export type Permission = z.infer<typeof Permission>;

/** What a member of a team is, the least first: each may do all that the ones before may. */
export const Role = z.enum(['viewer', 'developer', 'admin']);
export type Role = z.infer<typeof Role>;

const VIEWER: readonly Permission[] = [
  'builds:read',
  'repositories:read',
  'images:read',
  'deliveries:read',
  'team:read',
];
const DEVELOPER: readonly Permission[] = [
  ...VIEWER,
  'builds:write',
  'repositories:write',
  'secrets:write',
  'images:write',
  'deliveries:write',
  'dead_letters:read',
  'dead_letters:write',
  'tokens:read',
  'tokens:write',
];
const ADMIN: readonly Permission[] = [...DEVELOPER, 'repositories:admin', 'team:write', 'audit:read'];

const PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: VIEWER,
  developer: DEVELOPER,
  admin: ADMIN,
};

/** The lesser of two roles. */
export function lesserRole(a: Role, b: Role): Role {
  return Role.options.indexOf(a) < Role.options.indexOf(b) ? a : b;
}

/** What a role may do in its own team. @param operates whether the team operates the installation. */
export function permissionsOf(role: Role, operates: boolean): ReadonlySet<Permission> {
  const own = PERMISSIONS[role];
  return new Set(operates && role === 'admin' ? [...own, 'installation:operate'] : own);
}

/** Who calls, once verified, for which team, and what they may do there. */
export interface Caller {
  readonly kind: 'user' | 'token';
  /** A user's e-mail address, or a token's id. */
  readonly id: string;
  readonly team: string;
  readonly role: Role;
  readonly permissions: ReadonlySet<Permission>;
  /** The person behind: a user's own e-mail address, or a token's owner (see core/token.ts). */
  readonly owner: string;
  /** The token that tokens which it makes end with; null: a person makes them, by an ID token or a sign-in's. */
  readonly parent: string | null;
  /** When the token ends (ms); null: never, or no token. */
  readonly expires_at: number | null;
}
