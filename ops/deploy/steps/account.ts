import { ACCOUNT_CHECKS } from '../checks/index.ts';
import { projectFacts } from '../checks/project.ts';
import { checkInTurn } from '../checks/run.ts';
import type { Step } from '../context.ts';

export const account: Step = {
  name: 'account',
  title: 'checks the tools, the login, the project and its billing',
  planOnly: true,
  async run(context, made) {
    await checkInTurn(context, made, ACCOUNT_CHECKS);
    return projectFacts(context);
  },
};
