import type { MakeCommand } from '../kit/command.ts';
import { whoami } from './account.ts';
import { audit } from './audit.ts';
import { builds } from './builds.ts';
import { deadLetters } from './dead-letters.ts';
import { deliveries } from './deliveries.ts';
import { images } from './images.ts';
import { registries } from './registries.ts';
import { repos } from './repos.ts';
import { secrets } from './secrets.ts';
import { teams } from './teams.ts';
import { tokens } from './tokens.ts';
import { variables } from './variables.ts';

/** The commands there are, in the order in which help and docs/cli.md show them. */
export const COMMANDS: readonly MakeCommand[] = [
  whoami,
  builds,
  repos,
  variables,
  secrets,
  images,
  registries,
  teams,
  tokens,
  audit,
  deliveries,
  deadLetters,
];
