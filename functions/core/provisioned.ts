import { UserError } from './errors.ts';

/** The registry prefixes of the teams that have registries to build into; null: every team has. */
export type Provisioned = ReadonlySet<string> | null;

/** Whether there is where a team's images can go. */
export function isProvisioned(teams: Provisioned, prefix: string): boolean {
  return teams?.has(prefix) ?? true;
}

/** Why nothing is built for a team, with what somebody has to do about it; null: it has what it takes. */
export function whyNotProvisioned(teams: Provisioned, prefix: string): string | null {
  if (isProvisioned(teams, prefix)) return null;
  return `the team has no registries yet: an operator of the installation adds ${prefix} to teams in the environment's tfvars file, and deploys`;
}

/** Throws UserError('team_not_provisioned') where nothing can be built for a team yet. */
export function requireProvisioned(teams: Provisioned, prefix: string): void {
  const why = whyNotProvisioned(teams, prefix);
  if (why !== null) throw new UserError('team_not_provisioned', why);
}
