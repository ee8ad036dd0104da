import { BuildList } from '#core/api/builds.ts';
import type { Case } from './case.ts';

export const BUILDS: readonly Case[] = [
  { command: 'builds list', argv: () => ['builds', 'list'], schema: BuildList },
];
