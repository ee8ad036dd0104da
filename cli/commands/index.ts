import type { MakeCommand } from '../kit/command.ts';
import { whoami } from './account.ts';
import { builds } from './builds.ts';
import { completion } from './completion.ts';
import { config } from './config.ts';
import { help } from './help.ts';

/** Commands under one heading of the help. */
interface CommandGroup {
  readonly heading: string;
  readonly commands: readonly MakeCommand[];
}

/** The commands there are, in the order in which help and docs/cli.md show them. */
export const COMMANDS: readonly CommandGroup[] = [
  { heading: 'Account', commands: [whoami, config] },
  { heading: 'Builds', commands: [builds] },
  { heading: 'Repositories', commands: [] },
  { heading: 'Teams', commands: [] },
  { heading: 'This machine', commands: [] },
  { heading: 'Help', commands: [completion, help] },
];
