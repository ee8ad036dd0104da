import type { MakeCommand } from '../kit/command.ts';
import { whoami } from './account.ts';
import { builds } from './builds.ts';
import { plan } from './plan.ts';

/** The commands there are, in the order in which help and docs/cli.md show them. */
export const COMMANDS: readonly MakeCommand[] = [whoami, builds, plan];
