import type { MakeCommand } from '../kit/command.ts';
import { login, logout, whoami } from './account.ts';
import { audit } from './audit.ts';
import { builds } from './builds.ts';
import { completion } from './completion.ts';
import { config } from './config.ts';
import { deadLetters } from './dead-letters.ts';
import { deliveries } from './deliveries.ts';
import { demo, dev } from './dev.ts';
import { github } from './github.ts';
import { help } from './help.ts';
import { images } from './images.ts';
import { plan } from './plan.ts';
import { queue } from './queue.ts';
import { registries } from './registries.ts';
import { repos } from './repos.ts';
import { secrets } from './secrets.ts';
import { teams } from './teams.ts';
import { tokens } from './tokens.ts';
import { variables } from './variables.ts';

/** Commands under one heading of the help. */
interface CommandGroup {
  readonly heading: string;
  readonly commands: readonly MakeCommand[];
}

/** The commands there are, in the order in which help and docs/cli.md show them. */
export const COMMANDS: readonly CommandGroup[] = [
  { heading: 'Account', commands: [login, logout, whoami, config] },
  { heading: 'Builds', commands: [builds, queue, plan] },
  { heading: 'Repositories', commands: [repos, variables, secrets, images, registries] },
  { heading: 'Teams', commands: [teams, tokens, audit, deliveries, deadLetters, github] },
  { heading: 'This machine', commands: [dev, demo] },
  { heading: 'Help', commands: [completion, help] },
];
