import { ACCOUNT } from './account.ts';
import { BUILDS, BUILDS_MADE } from './builds.ts';
import type { Case } from './case.ts';
import { CONFIG } from './config.ts';
import { IMAGES } from './images.ts';
import { OPERATIONS } from './operations.ts';
import { REGISTRIES } from './registries.ts';
import { REPOS } from './repos.ts';
import { SECRETS } from './secrets.ts';
import { TEAMS } from './teams.ts';
import { TOKENS } from './tokens.ts';
import { VARIABLES } from './variables.ts';

/** Every case of the table, in the order in which they run: each leaves the world as the next expects it. */
export const CASES: readonly Case[] = [
  ...ACCOUNT,
  ...CONFIG,
  ...BUILDS,
  ...REPOS,
  ...VARIABLES,
  ...SECRETS,
  ...IMAGES,
  ...REGISTRIES,
  ...TEAMS,
  ...TOKENS,
  ...OPERATIONS,
  ...BUILDS_MADE,
];

/** The commands that a table cannot drive, because they go on, ask or take a machine: and what drives each. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  login: 'test/e2e/cli/login.test.ts',
  logout: 'test/e2e/cli/login.test.ts',
  'builds logs': 'test/e2e/cli/builds.test.ts',
  plan: 'test/e2e/cli/plan.test.ts',
  'repos init': 'test/e2e/cli/init.test.ts',
  dev: 'test/e2e/cli/newcomer.test.ts',
  demo: 'test/e2e/cli/demo.test.ts',
  // What speaks to GitHub.
  'github create-app': 'test/contract/github-create-app.test.ts',
  // What speaks to no service.
  completion: 'test/unit/cli/completion-bash.test.ts',
};
