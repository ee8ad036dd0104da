import type { MakeCommand } from '../kit/command.ts';
import { whoami } from './account.ts';
import { builds } from './builds.ts';
import { queue } from './queue.ts';

/** The commands there are, in the order in which help and docs/cli.md show them. */
export const COMMANDS: readonly MakeCommand[] = [whoami, builds, queue];
