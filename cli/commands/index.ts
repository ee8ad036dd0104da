import { group, type MakeCommand } from '../kit/command.ts';
import { whoami } from './account.ts';
import { builds } from './builds.ts';
import { demo, dev } from './dev.ts';
import { init } from './init.ts';

const repos: MakeCommand = (start) => group('repos', 'Connect repositories', [init(start)]);

/** The commands there are, in the order in which help and docs/cli.md show them. */
export const COMMANDS: readonly MakeCommand[] = [whoami, builds, repos, dev, demo];
