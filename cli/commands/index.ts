import type { MakeCommand } from '../kit/command.ts';
import { login, logout, whoami } from './account.ts';
import { builds } from './builds.ts';

/** The commands there are, in the order in which help and docs/cli.md show them. */
export const COMMANDS: readonly MakeCommand[] = [login, logout, whoami, builds];
