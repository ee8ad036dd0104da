import { z } from 'zod';
import { MAX_TIMEOUT_S } from './build-config.ts';

/** A team's id: a part of addresses, of registry paths and of document ids. */
export const TEAM_ID = /^[a-z](?:[a-z0-9]|-(?!-)){0,38}[a-z0-9]$/;
export const TeamId = z.string().regex(TEAM_ID, 'must be lower-case letters, digits and single dashes, 2–40');

/** Cloud Build's machine types of its default pool (cloud.google.com/build/docs/api/reference/rest, BuildOptions). */
export const MachineType = z.enum([
  'E2_MEDIUM',
  'E2_HIGHCPU_8',
  'E2_HIGHCPU_32',
  'N1_HIGHCPU_8',
  'N1_HIGHCPU_32',
]);
export type MachineType = z.infer<typeof MachineType>;

/** What a team may use; null: as much as the installation has. */
export const TeamLimits = z.object({
  concurrent_builds: z.int().min(1).max(150).nullable(),
  /** Builds created in a day (UTC). */
  builds_per_day: z.int().min(1).max(1_000_000).nullable(),
  /** The longest a build may take (s). */
  build_timeout_s: z.int().min(10).max(MAX_TIMEOUT_S),
  /** The machine that its builds run on; null: Cloud Build's default. */
  machine_type: MachineType.nullable(),
});
export type TeamLimits = z.infer<typeof TeamLimits>;

/** The limits of a team for which nobody set any. */
export const DEFAULT_LIMITS: TeamLimits = {
  concurrent_builds: null,
  builds_per_day: null,
  build_timeout_s: MAX_TIMEOUT_S,
  machine_type: null,
};

/** A team: what belongs to it carries its id, and nobody else sees it. */
export const Team = z.object({
  version: z.literal(1),
  id: TeamId,
  name: z.string().min(1).max(100),
  /**
   * The first part of the path of every image of the team, in each of the installation's registries. No other
   * team has the same, and it never changes: so no image of one team can take the place of another's.
   */
  registry_prefix: TeamId,
  limits: TeamLimits,
  /** Whether its admins operate the installation: they make teams and set limits. */
  operates: z.boolean(),
  created_at: z.int(),
});
export type Team = z.infer<typeof Team>;
